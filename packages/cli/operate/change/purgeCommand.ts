import type { Command } from "commander";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf } from "../../command/words.ts";
import { idOf, queueNamed } from "../calls/ownNames.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { claimsOf } from "./claims.ts";
import { confirm, withConsent, type Consent } from "./confirm.ts";

export function configure(command: Command): void {
  withConsent(withOperator(command))
    .description(
      "Deletes all tasks of a queue for good, without dead letters, and those that are enqueued within the " +
        "next moments; what is being delivered ends. Refused while a redrive is under way.",
    )
    .argument("<queue>", "its key in tasks/queues.ts, or 'dead-letter'")
    .action(async (queue: string, options: Consent & { readonly json: boolean }) => {
      await operate(command, (operating) => purgeQueue(operating, queue, options));
    });
}

export async function purgeQueue(
  operating: Operating,
  key: string,
  { json, ...consent }: Consent & { readonly json: boolean },
): Promise<ExitCode> {
  const { calls, output } = operating;
  const queue = queueNamed(calls.operations, key);
  const count = (await calls.getQueue(queue)).stats?.tasksCount ?? 0;
  if (count === 0) {
    if (!json) output.print(`${key} holds no tasks.`);
    return EXIT.nothing;
  }
  const claims = await claimsOf(calls);
  if (claims.length > 0) {
    throw new CommandError(
      EXIT.failed,
      `Redrives are under way or were broken off (${claims.slice(0, 3).join(", ")}), and what they are moving would ` +
        "be lost. Run the redrive again to its end first. Nothing was deleted.",
    );
  }
  const ids: string[] = [];
  for await (const page of calls.listTasks(queue)) {
    ids.push(...page.slice(0, 3).map(({ name }) => idOf(name)));
    break;
  }
  await confirm(
    operating,
    { words: `Delete ${countOf(count, "task")} of '${key}'`, count, ids },
    consent,
  );
  await calls.purgeQueue(queue);
  output.print(
    json
      ? JSON.stringify({ kind: "purge", queue: key, tasks: count })
      : `${key} is purged of ${countOf(count, "task")}. That takes up to a minute.`,
  );
  return EXIT.done;
}
