import { startCloud } from "../cloud.ts";
import { VirtualClock } from "../time/virtualClock.ts";

const LOCATION = "/v2/projects/demo/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/email`;
const EIGHT_DAYS_MS = 8 * 86_400_000;

describe("The local cloud", () => {
  it("forgets the grants on a queue that is deleted", async () => {
    const clock = new VirtualClock(Date.parse("2026-11-24T12:00:00Z"));
    const cloud = await startCloud({
      project: "demo",
      region: "europe-west1",
      clock,
    });
    const call = async (method: string, path: string, body: object = {}): Promise<unknown> => {
      const answer = await fetch(cloud.endpoint + path, { method, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const make = () => call("POST", `${LOCATION}/queues`, { name: QUEUE.slice("/v2/".length) });
    const binding = { role: "roles/cloudtasks.enqueuer", members: ["allUsers"] };
    try {
      await make();
      await call("POST", `${QUEUE}:setIamPolicy`, { policy: { bindings: [binding] } });
      expect(await call("POST", `${QUEUE}:getIamPolicy`)).toMatchObject({ bindings: [binding] });

      await call("DELETE", QUEUE);
      // Its name is then free again.
      await clock.advance(EIGHT_DAYS_MS);
      await make();

      expect(await call("POST", `${QUEUE}:getIamPolicy`)).toEqual({ version: 1, etag: "ACAB" });
    } finally {
      await cloud.stop();
    }
  });
});
