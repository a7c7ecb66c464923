import { startCloud } from "../../local/cloud.ts";
import { apiAt } from "../../local/deploy/api.ts";
import { VirtualClock } from "../../local/google/virtualClock.ts";

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
    const api = apiAt(cloud.endpoint);
    const make = () => api.post(`${LOCATION}/queues`, { name: QUEUE.slice("/v2/".length) });
    const binding = { role: "roles/cloudtasks.enqueuer", members: ["allUsers"] };
    try {
      await make();
      await api.post(`${QUEUE}:setIamPolicy`, { policy: { bindings: [binding] } });
      expect(await api.post(`${QUEUE}:getIamPolicy`)).toMatchObject({ bindings: [binding] });

      await api.delete(QUEUE);
      // Its name is then free again.
      await clock.advance(EIGHT_DAYS_MS);
      await make();

      expect(await api.post(`${QUEUE}:getIamPolicy`)).toEqual({ version: 1, etag: "ACAB" });
    } finally {
      await cloud.stop();
    }
  });
});
