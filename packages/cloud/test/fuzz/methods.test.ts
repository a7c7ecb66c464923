import fc from "fast-check";
import { startFuzzCloud } from "./fuzzCloud.ts";
import { answerProblem } from "./googleAnswer.ts";
import { spoilt } from "./hostileJson.ts";
import { goodQuery, hostileQuery } from "./hostileQuery.ts";
import { BODIES } from "./requests.ts";
import { runs } from "./runs.ts";

describe("every method of the API", () => {
  it("is reached by a good request, as far as it is known here", async () => {
    await using fuzz = await startFuzzCloud();
    const refused: string[] = [];

    for (const name of Object.keys(BODIES)) {
      for (const method of fuzz.methods.filter((one) => one.name === name)) {
        const [verb = ""] = method.http.split(" ");
        const target = fuzz.pathOf(method) + goodQuery(method);
        const body = JSON.stringify(BODIES[name]);
        const { status, text } = await fuzz.ask({ method: verb, target, body });
        if (status !== 200) refused.push(`${method.http}: ${text}`);
      }
    }

    expect(refused).toEqual([]);
  });

  it("answers whatever it is sent, by Google's rules", async () => {
    await using fuzz = await startFuzzCloud();
    // What is taken away is of no more use to the others.
    const methods = [...fuzz.methods].sort((a, b) => harm(a.name) - harm(b.name));

    for (const method of methods) {
      const [verb = ""] = method.http.split(" ");
      const target = fuzz.pathOf(method);
      const request = fc.tuple(spoilt(BODIES[method.name] ?? {}), hostileQuery(method));
      await fc.assert(
        fc.asyncProperty(request, async ([body, query]) => {
          const reply = await fuzz.ask({ method: verb, target: target + query, body });

          expect([method.http, answerProblem(reply), fuzz.unexpected.splice(0)]).toEqual([
            method.http,
            undefined,
            [],
          ]);
        }),
        runs(8),
      );
    }

    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const HARMFUL = ["Disable", "Purge", "Destroy", "DeleteTask", "Delete"];

function harm(name: string): number {
  return HARMFUL.findIndex((verb) => name.startsWith(verb));
}
