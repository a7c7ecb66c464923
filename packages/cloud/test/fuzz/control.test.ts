import fc from "fast-check";
import type { Json } from "../../api/parseJson.ts";
import { startFuzzCloud } from "./fuzzCloud.ts";
import { answerProblem } from "./googleAnswer.ts";
import { spoilt } from "./hostileJson.ts";
import { runs } from "./runs.ts";

const IMAGE = `europe-west1-docker.pkg.dev/demo/images/worker@sha256:${"1".repeat(64)}`;

/** Good requests to what the local cloud answers about itself. */
const CONTROL: readonly { readonly route: string; readonly body: Json }[] = [
  { route: "GET /local/v1/outputs", body: {} },
  { route: "GET /local/v1/clock", body: {} },
  { route: "POST /local/v1/clock:advance", body: { by: "1s" } },
  { route: "POST /local/v1/clock:advance", body: { to: "2026-11-24T12:00:01Z" } },
  { route: "POST /local/v1/idle", body: { limit: "1s" } },
  { route: "POST /local/v1/images", body: { image: IMAGE, files: { "a/b.txt": "aGVsbG8=" } } },
  {
    route: "POST /local/v1/faults",
    body: { on: "delivery", queue: "email", delay: "1s", duplicate: true, times: 1 },
  },
  { route: "POST /local/v1/faults", body: { on: "call", method: "None", code: "UNAVAILABLE" } },
  { route: "POST /local/v1/faults:remove", body: { id: 1 } },
  { route: "GET /local/v1/faults", body: {} },
  { route: "DELETE /local/v1/faults", body: {} },
  { route: "GET /oauth2/v3/certs", body: {} },
  { route: "GET /.well-known/openid-configuration", body: {} },
];

describe("the control API", () => {
  it.each(CONTROL)(
    "answers whatever it is sent, by Google's rules: $route",
    async ({ route, body }) => {
      await using fuzz = await startFuzzCloud();
      const [method, target] = route.split(" ");
      // A schedule would run at every minute of the millennia that some ask to go by.
      await fuzz.ask({ method: "POST", target: "/local/v1/reset" });

      await fc.assert(
        fc.asyncProperty(spoilt(body), async (text) => {
          const reply = await fuzz.ask({
            method: method!,
            target: target!,
            headers: { authorization: `Bearer ${fuzz.cloud.deployToken}` },
            body: text,
          });
          fuzz.cloud.faults.clear();

          expect([answerProblem(reply), fuzz.unexpected.splice(0)]).toEqual([undefined, []]);
        }),
        runs(30),
      );
    },
  );
});
