import type { Command } from "commander";
import { EXIT, type ExitCode } from "../command/exitCodes.ts";
import { table } from "../command/table.ts";
import { timeWords, whenWords } from "../command/words.ts";
import { scheduleNamed } from "../operate/calls/ownNames.ts";
import { operate, withAudit, withOperator, type Operating } from "../operate/operatorCommand.ts";

/*
 * `npm run tasks -- run <schedule>`: has Cloud Scheduler run a schedule's job now, whatever its time.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/run
 */

export function configure(command: Command): void {
  withAudit(withOperator(command))
    .description(
      "Has Cloud Scheduler run a schedule now. It enqueues the schedule's task, as it does when it is due; " +
        "when it is due next does not change. Without a schedule, shows those that there are, and ends with 2.",
    )
    .argument("[schedule]", "its name in tasks/schedules.ts")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run tasks -- run <schedule>\n  npm run tasks -- run <schedule> --stack prod",
    )
    .action(async (schedule: string | undefined, { json }: { readonly json: boolean }) => {
      await operate(command, (operating) =>
        schedule === undefined ? askWhich(operating) : runSchedule(operating, schedule, json),
      );
    });
}

/** Says which schedules there are, to somebody who has named none. */
export async function askWhich({ calls, output, flags }: Operating): Promise<ExitCode> {
  const all = await Promise.all(
    Object.entries(calls.operations.schedules).map(async ([key, name]) => {
      const { state, schedule, timeZone, scheduleTime } = await calls.getJob(name);
      const next = state === "ENABLED" && scheduleTime !== undefined && Date.parse(scheduleTime);
      const due = next === false ? "-" : `${timeWords(next)} (${whenWords(next, output.now())})`;
      return [key, schedule, timeZone, state, due];
    }),
  );
  if (all.length === 0) {
    output.note("error: there are no schedules: tasks/schedules.ts declares them.");
    return EXIT.usage;
  }
  const heads = ["Schedule", "Cron", "Time zone", "State", "Next (UTC)"];
  output.note("error: which schedule? Those of this stack:");
  output.note(table(heads, all, { width: output.width }));
  output.note(`Example:\n  npm run tasks -- run ${all[0]?.[0] ?? ""}${flags}`);
  return EXIT.usage;
}

export async function runSchedule(
  { calls, output, audit }: Operating,
  schedule: string,
  json: boolean,
): Promise<ExitCode> {
  const job = scheduleNamed(calls.operations, schedule);
  await audit({ what: "run", count: 1 });
  await calls.runJob(job);
  output.print(
    json ? JSON.stringify({ kind: "run", schedule, job }) : `Cloud Scheduler runs ${job}.`,
  );
  return EXIT.done;
}
