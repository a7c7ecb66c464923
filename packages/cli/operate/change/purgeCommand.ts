import type { Command } from "commander";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf, spanWords, whenWords } from "../../command/words.ts";
import { idOf, queueNamed } from "../calls/ownNames.ts";
import type { Claim } from "../redrive/claim.ts";
import { CLOSED_MS, isOpen } from "../redrive/claims.ts";
import { readClaims } from "../redrive/survey.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { confirm, withConsent, type Consent } from "./confirm.ts";

export function configure(command: Command): void {
  withConsent(withAudit(withOperator(command)))
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
  const { calls, output, flags } = operating;
  const queue = queueNamed(calls.operations, key);
  const count = (await calls.getQueue(queue)).stats?.tasksCount ?? 0;
  if (count === 0) {
    if (!json) output.print(`${key} holds no tasks.`);
    return EXIT.nothing;
  }
  const { claims } = await readClaims(calls, output.now);
  const open: Claim[] = [];
  for (const claim of claims) if (await isOpen(calls, claim, output.now())) open.push(claim);
  if (open.length > 0) throw new CommandError(EXIT.failed, claimsWords(open, output.now(), flags));
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
  await operating.audit({ what: "purge", queue: key, count });
  await calls.purgeQueue(queue);
  output.print(
    json
      ? JSON.stringify({ kind: "purge", queue: key, tasks: count })
      : `${key} is purged of ${countOf(count, "task")}. That takes up to a minute.`,
  );
  return EXIT.done;
}

/** Claims that are told. */
const MOST = 3;

/** Which claims bar a purge, since when, and what settles them. */
function claimsWords(claims: readonly Claim[], now: number, flags: string): string {
  const told = claims.slice(0, MOST).map(({ name, by, kind, created, claimed }) => {
    const what = kind === "bury" ? "bury or stop" : "redrive";
    const of = countOf(claimed.length, "dead letter");
    return `  ${idOf(name)}: a ${what} of ${of} by ${by}, ${whenWords(created, now)}`;
  });
  const more = claims.length - told.length;
  return [
    "What somebody is moving would be lost:",
    ...told,
    ...(more > 0 ? [`  and ${countOf(more, "more", "more")}`] : []),
    `One younger than ${spanWords(CLOSED_MS)} may be under way: wait for it. Else it was broken off, and these settle it:`,
    `  npm run tasks -- redrive --all${flags}                what was not done yet`,
    `  npm run tasks -- discard --all --uncertain${flags}    what nobody knows of; or 'redrive --all --uncertain'`,
    "Nothing was deleted.",
  ].join("\n");
}
