import { jobSchema } from "../../operate/calls/messages.ts";
import { askWhich } from "../../run/command.ts";
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
      noted: `error: which schedule? Those of this stack:
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
      noted: "error: there are no schedules: tasks/schedules.ts declares them.",
    });
  });
});
