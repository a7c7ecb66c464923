import type { Job, Queue, Service } from "../../operate/calls/messages.ts";
import { queueSchema, serviceSchema } from "../../operate/calls/messages.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { showStatus } from "../../operate/status/command.ts";
import { operatingAt } from "../support/operating.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const ago = (ms: number) => new Date(+NOW - ms).toISOString();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Change {
  readonly email?: object;
  readonly dead?: object;
  readonly job?: Partial<Job>;
  readonly service?: object;
}

/** Google's answers about a stack in which all is well, but for what is changed. */
function callsOf({ email = {}, dead = {}, job = {}, service = {} }: Change): OperatorCalls {
  const queue = (name: string, more: object): Queue =>
    queueSchema.parse({
      name,
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      ...more,
    });
  const answers: Readonly<Record<string, Queue>> = {
    e: queue("e", { state: "RUNNING", stats: { tasksCount: "0" }, ...email }),
    d: queue("d", { state: "PAUSED", stats: { tasksCount: "0" }, ...dead }),
  };
  const ready: Service = serviceSchema.parse({
    name: "projects/p/locations/l/services/dev-worker",
    latestReadyRevision:
      "projects/p/locations/l/services/dev-worker/revisions/dev-worker-00042-abc",
    template: {
      maxInstanceRequestConcurrency: 20,
      scaling: { minInstanceCount: 1, maxInstanceCount: 4 },
    },
    terminalCondition: { state: "CONDITION_SUCCEEDED" },
    ...service,
  });
  return {
    operations: {
      ...{ stack: "dev", project: "p", region: "l", protect: false, imageRepository: "r" },
      queues: { email: "e", "dead-letter": "d" },
      schedules: { daily: "j" },
      workers: [{ service: "projects/p/locations/l/services/dev-worker" }],
    },
    getQueue: async (name: string) => answers[name]!,
    getJob: async (): Promise<Job> => ({
      name: "j",
      state: "ENABLED",
      schedule: "0 7 * * *",
      timeZone: "Etc/UTC",
      scheduleTime: "2026-11-26T07:00:00Z",
      lastAttemptTime: "2026-11-25T07:00:00.3Z",
      ...job,
    }),
    getService: async () => ready,
  } as unknown as OperatorCalls;
}

async function status(change: Change, json = false) {
  const operating = operatingAt(NOW, callsOf(change));
  const code = await showStatus(operating, json);
  return { code, printed: operating.printed };
}

describe("status", () => {
  it("shows a stack in which all is well", async () => {
    expect(await status({})).toEqual({
      code: 0,
      printed: [
        "Stack 'dev', project 'p', l. Times are UTC.",
        "┌───────┬─────────┬───────┬────────────┬───────────────┬───────────┬──────────────────┬───────────┐",
        "│ Queue │ State   │ Tasks │ Oldest due │ Done last min │ In flight │ Rate now / asked │ Drains in │",
        "├───────┼─────────┼───────┼────────────┼───────────────┼───────────┼──────────────────┼───────────┤",
        "│ email │ RUNNING │     0 │ -          │             0 │ 0 of 10   │ 0 / 20 per s     │ -         │",
        "└───────┴─────────┴───────┴────────────┴───────────────┴───────────┴──────────────────┴───────────┘",
        "No dead letters; they are kept for 31 d.",
        "Worker dev-worker: ready, revision dev-worker-00042-abc, 1 to 4 instances of 20 places.",
        "┌──────────┬─────────┬───────────────────────────────┬───────────────────────────────┬────────┐",
        "│ Schedule │ State   │ Next                          │ Last                          │ Result │",
        "├──────────┼─────────┼───────────────────────────────┼───────────────────────────────┼────────┤",
        "│ daily    │ ENABLED │ 2026-11-26 07:00:00 (in 19 h) │ 2026-11-25 07:00:00 (4 h ago) │ ok     │",
        "└──────────┴─────────┴───────────────────────────────┴───────────────────────────────┴────────┘",
      ],
    });
  });

  it.each<[Change, string]>([
    [{ email: { state: "PAUSED" } }, "Queue 'email' is PAUSED and sends nothing."],
    [
      { email: { stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(2 * HOUR_MS) } } },
      "A task on 'email' has been due for 2 h.",
    ],
    [
      { dead: { stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(2 * DAY_MS) } } },
      "A dead letter has waited for 2 d.",
    ],
    [
      { dead: { stats: { tasksCount: "9", oldestEstimatedArrivalTime: ago(25 * DAY_MS) } } },
      "Dead letters go in 6 d, from 2026-12-01 on.",
    ],
    [{ job: { state: "DISABLED" } }, "Schedule 'daily' is DISABLED and does not run."],
    [
      { job: { status: { code: 13, message: "" } } },
      "Schedule 'daily' failed when it ran last (code 13).",
    ],
    [
      { service: { terminalCondition: { state: "CONDITION_FAILED", message: "No image." } } },
      "Worker 'dev-worker' is not ready: No image.",
    ],
  ])("says what somebody should look at, and ends with 1: %j", async (change, problem) => {
    const { code, printed } = await status(change);

    expect(code).toBe(1);
    expect(printed.filter((line) => line.startsWith("!"))).toEqual([`! ${problem}`]);
  });

  it("shows a schedule that is paused, as a stack's settings may want it, and says no more", async () => {
    const { code, printed } = await status({ job: { state: "PAUSED" } });

    expect(code).toBe(0);
    expect(printed.at(-2)).toContain("│ daily    │ PAUSED │");
  });

  it("says nothing of dead letters of today, or kept for long", async () => {
    const stats = (ms: number) => ({
      stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(ms) },
    });

    expect((await status({ dead: stats(HOUR_MS) })).printed).toContain(
      "1 dead letter, the oldest of 1 h ago; kept for 31 d, until 2026-12-26.",
    );
    const kept = await status({ dead: { ...stats(HOUR_MS), taskTtl: "31536000s" } });
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.printed).toContain(
      "1 dead letter, the oldest of 1 h ago; kept for 365 d, until 2027-11-25.",
    );
  });

  it("prints JSON, one object", async () => {
    const { printed } = await status({}, true);

    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0]!)).toMatchObject({
      kind: "status",
      stack: "dev",
      queues: [{ key: "email", state: "RUNNING" }],
      deadLetters: { count: 0 },
      schedules: [{ key: "daily", lastCode: 0 }],
      workers: [{ service: "dev-worker", isReady: true }],
      problems: [],
    });
  });
});
