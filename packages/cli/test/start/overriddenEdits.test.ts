import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { overriddenEdits } from "../../start/overriddenEdits.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "overridden-"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: team\nruntime: nodejs\n");
  writeFileSync(
    join(directory, "Pulumi.local.yaml"),
    `config:
  team:queues:
    "*": { retryConfig: { minBackoff: 1s } }
    email: { rateLimits: { maxConcurrentDispatches: 4 } }
  team:schedules:
    daily: { payload: { to: [a@example.com] } }
  team:workers:
    worker: { memory: 1Gi }
`,
  );
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const declared = {
  workers: { worker: { memory: "512Mi" } },
  queues: {
    email: {
      retryConfig: { maxAttempts: 8, minBackoff: "5s" },
      rateLimits: { maxConcurrentDispatches: 10 },
    },
  },
  schedules: { daily: { cron: "0 8 * * *", payload: { to: ["b@example.com"] } } },
};

const said = (after: object) =>
  overriddenEdits(declared, { ...declared, ...after }, directory, "Pulumi.local.yaml");

describe("An edit of tasks/ that the stack's file overrides", () => {
  it("is told where the file sets it for every queue", () => {
    const email = {
      ...declared.queues.email,
      retryConfig: { maxAttempts: 9, minBackoff: "9s" },
    };

    expect(said({ queues: { email } })).toEqual([
      "'email.retryConfig.minBackoff' of tasks/queues.ts has no effect here: Pulumi.local.yaml sets " +
        `'team:queues.*.retryConfig.minBackoff' to "1s".`,
    ]);
  });

  it("is told where the file sets it for this one", () => {
    const email = { ...declared.queues.email, rateLimits: { maxConcurrentDispatches: 11 } };

    expect(said({ queues: { email } })).toEqual([
      "'email.rateLimits.maxConcurrentDispatches' of tasks/queues.ts has no effect here: Pulumi.local.yaml sets " +
        "'team:queues.email.rateLimits.maxConcurrentDispatches' to 4.",
    ]);
  });

  it("is told of a schedule, too", () => {
    expect(said({ schedules: { daily: { cron: "0 9 * * *", payload: { to: [] } } } })).toEqual([
      "'daily.payload.to' of tasks/schedules.ts has no effect here: Pulumi.local.yaml sets " +
        `'team:schedules.daily.payload.to' to ["a@example.com"].`,
    ]);
  });

  it("is told of a worker, too", () => {
    expect(said({ workers: { worker: { memory: "2Gi" } } })).toEqual([
      "'worker.memory' of tasks/workers.ts has no effect here: Pulumi.local.yaml sets " +
        `'team:workers.worker.memory' to "1Gi".`,
    ]);
  });

  it("is what the file sets of an entry that is added, and nothing of one that is removed", () => {
    const pages = { retryConfig: { maxAttempts: 5, minBackoff: "10s" }, dispatchDeadline: "60s" };

    expect(said({ queues: { ...declared.queues, pages } })).toEqual([
      "'pages.retryConfig.minBackoff' of tasks/queues.ts has no effect here: Pulumi.local.yaml sets " +
        `'team:queues.*.retryConfig.minBackoff' to "1s".`,
    ]);
    expect(said({ queues: {} })).toEqual([]);
  });

  it("is told of all that the file sets, together", () => {
    const email = {
      retryConfig: { maxAttempts: 8, minBackoff: "6s" },
      rateLimits: { maxConcurrentDispatches: 11 },
    };

    expect(said({ queues: { email } })).toEqual([
      "'email.retryConfig.minBackoff', 'email.rateLimits.maxConcurrentDispatches' of tasks/queues.ts have no " +
        `effect here: Pulumi.local.yaml sets 'team:queues.*.retryConfig.minBackoff' to "1s", ` +
        "'team:queues.email.rateLimits.maxConcurrentDispatches' to 4.",
    ]);
  });

  it("is nothing else: what the file does not set, and what has not changed", () => {
    expect(said({})).toEqual([]);
    expect(said({ queues: undefined })).toEqual([]);
    expect(
      said({ schedules: { daily: { ...declared.schedules.daily, cron: "0 9 * * *" } } }),
    ).toEqual([]);
  });
});
