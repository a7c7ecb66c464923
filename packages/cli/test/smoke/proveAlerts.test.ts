import { GoogleRefusal } from "../../stack/googleApi.ts";
import type { Operations } from "../../stack/outputs.ts";
import { proofTable, proveAlerts } from "../../smoke/proveAlerts.ts";

const operations: Operations = {
  stack: "dev",
  project: "my-project",
  region: "europe-west1",
  protect: false,
  queues: {},
  schedules: { digest: "projects/my-project/locations/europe-west1/jobs/dev-digest" },
  alerts: { "dead-letter": "alertPolicies/1", "worker-breaks": "alertPolicies/2", x: "y" },
  workers: [{ name: "worker", service: "s/dev-worker", url: "u", invoker: "i", queues: [] }],
  imageRepository: "r",
};

const alert = (name: string, policy: string) => ({
  ...{ name, state: "OPEN", openTime: "2026-11-25T12:00:00Z" },
  policy: { name: policy },
});

/** Google, which lists these, one list after another. */
function google(...lists: object[][]) {
  let now = 1000;
  const written: unknown[] = [];
  return {
    written,
    settings: {
      async call(_api: string, method: string, path: string, body?: unknown): Promise<unknown> {
        if (method === "POST") {
          written.push([path, body]);
          return {};
        }
        return { alerts: (lists.length > 1 ? lists.shift() : lists[0]) ?? [] };
      },
      timeoutMs: 10_000,
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
      mark: "rehearsal-abababab",
    },
  };
}

it("waits for the alerts that a stack has to open, of those that open with an entry", async () => {
  const opened = [alert("a", "alertPolicies/1"), alert("b", "alertPolicies/2")];
  const { settings, written } = google([], [opened[0]!], opened);

  expect(await proveAlerts(operations, settings)).toEqual([
    { alert: "Tasks become dead letters", verdict: "opened", ms: 0 },
    { alert: "The worker's containers break down", verdict: "opened", ms: 2000 },
  ]);
  expect(written).toMatchObject([
    [
      "/v2/entries:write",
      {
        entries: [
          {
            logName: "projects/my-project/logs/run.googleapis.com%2Fstdout",
            resource: { labels: { service_name: "dev-worker" } },
            labels: { task: "rehearsal-abababab" },
            jsonPayload: { outcome: "dead-letter" },
          },
          { logName: "projects/my-project/logs/run.googleapis.com%2Fvarlog%2Fsystem" },
        ],
      },
    ],
  ]);
});

it("says how to tell the alerts that opened from real ones, and until when they are open", () => {
  const proofs = [{ alert: "Tasks become dead letters", verdict: "opened" as const, ms: 0 }];

  expect(proofTable(proofs, "rehearsal-abababab", 100).split("\n").at(-1)).toBe(
    "The alerts that opened are a rehearsal: 'rehearsal-abababab' stands in their labels. Each closes by itself an " +
      "hour after its entry.",
  );
});

it("says which did not open in time, and which were open before and say nothing", async () => {
  const { settings } = google([alert("a", "alertPolicies/1")]);

  const proofs = await proveAlerts(operations, settings);

  expect(proofs).toEqual([
    { alert: "Tasks become dead letters", verdict: "open before", ms: 10_000 },
    { alert: "The worker's containers break down", verdict: "not opened", ms: 10_000 },
  ]);
  const shown = proofTable(proofs, settings.mark, 100);
  expect(shown).toContain("│ not opened ");
  expect(shown).not.toContain("rehearsal");
});

it("refuses a stack without alerts, and says what listing them takes", async () => {
  const { settings } = google([]);
  const without = { ...operations, alerts: undefined };
  const call = async (): Promise<never> => {
    throw new GoogleRefusal("monitoring.googleapis.com", 403, "PERMISSION_DENIED", "No.");
  };

  await expect(proveAlerts(without, settings)).rejects.toThrow("The stack 'dev' has no alerts");
  await expect(proveAlerts(operations, { ...settings, call })).rejects.toThrow(
    "It asks for roles/monitoring.viewer.",
  );
});
