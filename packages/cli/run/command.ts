import type { Command } from "commander";
import { z } from "zod";
import { EXIT, type ExitCode } from "../command/exitCodes.ts";
import { table } from "../command/table.ts";
import { targetOf, type Target } from "../command/target.ts";
import { timeWords, whenWords } from "../command/words.ts";
import { localQueueLink } from "../console/token.ts";
import type { Job } from "../operate/calls/messages.ts";
import type { OperatorCalls } from "../operate/calls/operatorCalls.ts";
import { idOf, scheduleNamed } from "../operate/calls/ownNames.ts";
import { operate, withAudit, withOperator, type Operating } from "../operate/operatorCommand.ts";
import { GoogleRefusal } from "../stack/googleApi.ts";
import { localEndpoint } from "../stack/localCloud.ts";
import type { Operations } from "../stack/outputs.ts";

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
        schedule === undefined
          ? askWhich(operating)
          : runSchedule(operating, schedule, json, linkHere(targetOf(command))),
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
    output.note("There are no schedules: tasks/schedules.ts declares them.");
    return EXIT.usage;
  }
  const heads = ["Schedule", "Cron", "Time zone", "State", "Next (UTC)"];
  output.note("Which schedule? Those of this stack:");
  output.note(table(heads, all, { width: output.width }));
  output.note(`Example:\n  npm run tasks -- run ${all[0]?.[0] ?? ""}${flags}`);
  return EXIT.usage;
}

/** Has a schedule run, and says what it enqueues and where that is seen. `linkOf` makes a link to a queue's page. */
export async function runSchedule(
  { calls, output, audit, flags }: Operating,
  schedule: string,
  json: boolean,
  linkOf: (queue: string) => string | undefined = () => undefined,
): Promise<ExitCode> {
  const job = scheduleNamed(calls.operations, schedule);
  const enqueued = json ? undefined : await enqueuedBy(calls, job);
  await audit({ what: "run", count: 1 });
  await calls.runJob(job);
  if (json) {
    output.print(JSON.stringify({ kind: "run", schedule, job }));
    return EXIT.done;
  }
  if (!enqueued) {
    output.print(`Cloud Scheduler runs ${job}.`);
    return EXIT.done;
  }
  const { task, queue } = enqueued;
  output.print(`Cloud Scheduler runs '${schedule}' now: it enqueues ${task} on ${queue}.`);
  const link = linkOf(queue);
  if (link !== undefined) output.print(`  ${link}`);
  output.print(`While it waits:  npm run tasks -- list ${queue} --task ${task}${flags}`);
  output.print(`If it failed:    npm run tasks -- dead-letters --task ${task} --since 1h${flags}`);
  return EXIT.done;
}

interface Enqueued {
  readonly task: string;
  /** Its key. */
  readonly queue: string;
}

/** What a job puts on which queue; `undefined` for who may run it and not read it. */
async function enqueuedBy(
  { operations, getJob }: Pick<OperatorCalls, "operations" | "getJob">,
  name: string,
): Promise<Enqueued | undefined> {
  try {
    return enqueuedIn(operations, await getJob(name));
  } catch (error) {
    if (error instanceof GoogleRefusal && error.exitCode === EXIT.permission) return undefined;
    throw error;
  }
}

/** The same; `undefined` of a job that does something else, as somebody may have made it do. */
function enqueuedIn({ queues }: Operations, { httpTarget }: Job): Enqueued | undefined {
  const queue = Object.keys(queues).find((key) =>
    httpTarget?.uri.endsWith(`/${queues[key] ?? ""}/tasks`),
  );
  try {
    const body: unknown = JSON.parse(Buffer.from(httpTarget?.body ?? "", "base64").toString());
    const { url } = bodySchema.parse(body).task.httpRequest;
    return queue === undefined ? undefined : { task: idOf(url), queue };
  } catch {
    return undefined;
  }
}

const bodySchema = z.object({ task: z.object({ httpRequest: z.object({ url: z.string() }) }) });

/** Links into the console of 'npm start', where that is what runs it. */
function linkHere({ stack, port }: Target): (queue: string) => string | undefined {
  return (queue) =>
    stack === undefined && port !== undefined
      ? localQueueLink(localEndpoint(port), queue)
      : undefined;
}
