import type { Command } from "commander";
import { targetOf, withTarget, type Target } from "../command/target.ts";
import { connectOperator } from "../operate/calls/operatorCalls.ts";
import { scheduleNamed } from "../operate/calls/ownNames.ts";

/*
 * `npm run tasks -- run <schedule>`: has Cloud Scheduler run a schedule's job now, whatever its time.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/run
 */

export function configure(command: Command): void {
  withTarget(command)
    .description(
      "Has Cloud Scheduler run a schedule now. It enqueues the schedule's task, as it does when it is due; " +
        "when it is due next does not change.",
    )
    .argument("<schedule>", "its name in tasks/schedules.ts")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run tasks -- run <schedule>\n  npm run tasks -- run <schedule> --stack prod",
    )
    .action(async (schedule: string) => {
      await run(targetOf(command), schedule);
    });
}

async function run(target: Target, schedule: string): Promise<void> {
  const calls = await connectOperator(target);
  const job = scheduleNamed(calls.operations, schedule);
  await calls.runJob(job);
  console.log(`Cloud Scheduler runs ${job}.`);
}
