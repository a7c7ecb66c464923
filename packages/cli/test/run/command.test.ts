import { jobSchema } from "../../operate/calls/messages.ts";
import { askWhich, runSchedule } from "../../run/command.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const JOBS = "projects/local-project/locations/europe-west1/jobs";

let stack: OperatorCloud;
beforeAll(async () => {
  stack = await startOperatorCloud();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Asks without a schedule, where there are these. */
async function asked(jobs: Readonly<Record<string, object>>) {
  const schedules = Object.fromEntries(Object.keys(jobs).map((key) => [key, `${JOBS}/${key}`]));
  const operating = operatingAt(
    START,
    {
      ...stack.calls,
      operations: { ...stack.operations, schedules },
      getJob: async (name) => jobSchema.parse({ name, ...jobs[name.slice(JOBS.length + 1)] }),
    },
    { flags: " --stack dev" },
  );
  const code = await askWhich(operating);
  return { code, printed: operating.printed, noted: operating.noted.join("\n") };
}

describe("run, without a schedule", () => {
  it("shows those that there are, with when they run next, as a usage error", async () => {
    const daily = {
      ...{ schedule: "0 8 * * *", timeZone: "Europe/Berlin", state: "ENABLED" },
      scheduleTime: "2026-11-26T07:00:00Z",
    };
    const monthly = {
      schedule: "0 7 1 * *",
      state: "PAUSED",
      scheduleTime: "2026-12-01T07:00:00Z",
    };

    expect(await asked({ daily, monthly })).toEqual({
      code: 2,
      printed: [],
      noted: `Which schedule? Those of this stack:
┌──────────┬───────────┬───────────────┬─────────┬───────────────────────────────┐
│ Schedule │ Cron      │ Time zone     │ State   │ Next (UTC)                    │
├──────────┼───────────┼───────────────┼─────────┼───────────────────────────────┤
│ daily    │ 0 8 * * * │ Europe/Berlin │ ENABLED │ 2026-11-26 07:00:00 (in 19 h) │
├──────────┼───────────┼───────────────┼─────────┼───────────────────────────────┤
│ monthly  │ 0 7 1 * * │ Etc/UTC       │ PAUSED  │ -                             │
└──────────┴───────────┴───────────────┴─────────┴───────────────────────────────┘
Example:
  npm run tasks -- run daily --stack dev`,
    });
  });

  it("says that there are none", async () => {
    expect(await asked({})).toEqual({
      code: 2,
      printed: [],
      noted: "There are no schedules: tasks/schedules.ts declares them.",
    });
  });
});

describe("run", () => {
  /** Runs the schedule whose job is this, or a refusal to read it. */
  async function run(job: object | GoogleRefusal) {
    const name = `${JOBS}/daily`;
    const did: string[] = [];
    const operating = operatingAt(
      START,
      {
        ...stack.calls,
        operations: { ...stack.operations, schedules: { daily: name } },
        getJob: async () => {
          did.push("read");
          if (job instanceof GoogleRefusal) throw job;
          return jobSchema.parse({ name, ...SCHEDULE, ...job });
        },
        runJob: async () => void did.push("run"),
      },
      { flags: " --stack dev" },
    );
    const code = await runSchedule(operating, "daily", false, (queue) => `a link to ${queue}`);
    return { code, did, printed: operating.printed, audited: operating.audited };
  }
  const SCHEDULE = { schedule: "0 8 * * *", state: "ENABLED" };
  const bare = [`Cloud Scheduler runs ${JOBS}/daily.`];

  it("says which task it enqueues on which queue, and how to follow it", async () => {
    const task = { task: { httpRequest: { url: "https://w.invalid/tasks/send-email" } } };
    const body = Buffer.from(JSON.stringify(task)).toString("base64");
    const uri = `https://tasks.invalid/v2/${stack.operations.queues["email"] ?? ""}/tasks`;

    expect(await run({ httpTarget: { uri, body } })).toEqual({
      code: 0,
      did: ["read", "run"],
      printed: [
        "Cloud Scheduler runs 'daily' now: it enqueues send-email on email.",
        "  a link to email",
        "While it waits:  npm run tasks -- list email --task send-email --stack dev",
        "If it failed:    npm run tasks -- dead-letters --task send-email --since 1h --stack dev",
      ],
      audited: [{ what: "run", count: 1 }],
    });
  });

  it("names the job alone where it does something else, or may be run and not read", async () => {
    expect(await run({ httpTarget: { uri: "https://w.invalid/" } })).toMatchObject({
      code: 0,
      printed: bare,
    });
    const refusal = new GoogleRefusal("cloudscheduler", 403, "PERMISSION_DENIED", "No.");
    expect(await run(refusal)).toMatchObject({ code: 0, did: ["read", "run"], printed: bare });
  });

  it("runs nothing where the job is not there", async () => {
    const refusal = new GoogleRefusal("cloudscheduler", 404, "NOT_FOUND", "No.");

    await expect(run(refusal)).rejects.toThrow("404");
  });
});
