import type { Command } from "commander";
import { EXIT, type ExitCode } from "../command/exitCodes.ts";
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
        "when it is due next does not change.",
    )
    .argument("<schedule>", "its name in tasks/schedules.ts")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run tasks -- run <schedule>\n  npm run tasks -- run <schedule> --stack prod",
    )
    .action(async (schedule: string, { json }: { readonly json: boolean }) => {
      await operate(command, (operating) => runSchedule(operating, schedule, json));
    });
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
