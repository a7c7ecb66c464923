import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import { createClient, fromEnvironment, type EnqueueItem } from "../../../tasks/client/client.ts";
import type { TaskTable } from "../../../tasks/contract/contract.ts";
import { table, terminalWidth } from "../command/table.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { startLocalStack, type LocalStack } from "../start/localStack.ts";
import { fireSchedule } from "./fireSchedule.ts";
import { answer, problems } from "./scenario.ts";
import { Tally, type TallyRow } from "./tally.ts";

/*
 * `npm run demo`: a hundred mails and a digest, through everything there is, to a mail server that
 * refuses some. Ends with 0 only if each mail that could be delivered was, once, and each that could not
 * is a dead letter.
 */

/** The demo has a contract and handlers of its own, whatever the stack's are. */
const PROJECT = "test/fixtures/project";
const MESSAGES = "test/fixtures/emails.jsonl";
const SCHEDULE = "daily-digest";
const TIMEOUT_MS = 50_000;

/** A line of that file: the payload of a mail. */
const message = z.object({ to: z.string() }).loose();

export function configure(command: Command): void {
  command
    .description(
      "Starts a local cloud of its own, beside that of 'npm start', and sends a hundred mails and a digest " +
        "through everything there is, to a mail server that refuses some. Ends with 0 if each mail that could " +
        "be delivered was, once, and each that could not is a dead letter.",
    )
    .action(run);
}

const start = performance.now();

async function run(): Promise<void> {
  say(
    "Starting a local cloud of the demo's own, beside that of 'npm start'; it ends with the demo.",
  );
  const mails: string[] = [];
  const local = await startLocalStack({
    directory: PROJECT,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: () => undefined,
    onOutput: say,
    onMail: ({ to }) => {
      mails.push(...to);
    },
    answer,
  });
  try {
    await demo(local, mails);
  } finally {
    await local.stop();
  }
}

/** `mails` are the addresses of the mails that were delivered. */
async function demo({ cloud, stack }: LocalStack, mails: readonly string[]): Promise<void> {
  say("Deploying the stack of the demo to it.");
  const problem = await stack.apply();
  if (problem !== undefined) throw new Error(problem);

  const tally = new Tally(stack.queueNames);
  cloud.events.on("taskCreated", (event) => {
    tally.created(event);
  });
  const allEnded = new Promise<void>((resolve) => {
    cloud.events.on("deliveryFinished", (event) => {
      tally.finished(event);
      if (hasEnded(tally.rows())) resolve();
    });
  });

  const lines = (await readFile(MESSAGES, "utf8")).trim().split("\n");
  const messages = lines.map((line) => message.parse(JSON.parse(line)));
  say(`Enqueueing the ${messages.length} messages of ${MESSAGES}.`);
  const client = createClient<TaskTable>(
    await loadContract(PROJECT),
    fromEnvironment(stack.outputs?.["clientEnvironment"] as Record<string, string>),
  );
  const results = await client.enqueueMany(
    messages.map((payload): EnqueueItem<TaskTable> => ({ task: "send-email", payload })),
  );
  for (const result of results) if (!result.ok) throw result.error;

  say(`Firing the schedule '${SCHEDULE}'.`);
  const job = stack.operations?.schedules[SCHEDULE];
  if (job === undefined) throw new Error(`There is no job of the schedule '${SCHEDULE}'.`);
  const digest = await fireSchedule(cloud.endpoint, job);

  say("Waiting until every task has ended.");
  await Promise.race([allEnded, wait(TIMEOUT_MS)]);
  // The last mail may still be read.
  for (let tries = 0; tries < 20 && mails.length < messages.length; tries += 1) await wait(50);

  say("");
  console.log(report(tally.rows()));
  say("");
  const scenario = { messages: messages.map(({ to }) => to), digest };
  const found = problems(scenario, tally.rows(), mails);
  if (found.length > 0) throw new Error(found.join("\n"));
  const refused = tally.rows().flatMap(({ deadLetters }) => Object.values(deadLetters));
  say(
    `${mails.length} mails were delivered, each once, those of the digest among them; the server refused ` +
      `${refused.reduce((sum, count) => sum + count, 0)} for good, which are dead letters; nothing was lost.`,
  );
}

/** Every task is gone, the digest among them, which enqueues others before it ends. */
function hasEnded(rows: readonly TallyRow[]): boolean {
  const isDigestDone = rows.some(({ task, done }) => task === "send-digest" && done > 0);
  return isDigestDone && rows.every(({ waiting }) => waiting === 0);
}

function report(rows: readonly TallyRow[]): string {
  return table(
    ["Queue", "Task", "Enqueued", "Done", "Retries", "Dead letters"],
    rows.map(({ queue, task, enqueued, done, retried, deadLetters }) => [
      queue,
      task,
      ...[enqueued, done, retried].map(String),
      Object.entries(deadLetters)
        .map(([reason, count]) => `${count} × ${reason}`)
        .join("\n"),
    ]),
    { width: terminalWidth(), numbers: ["Enqueued", "Done", "Retries"] },
  );
}

function say(text: string): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(text === "" ? "" : `${seconds} s  ${text}`);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // What else is under way keeps the process alive; a deadline that was not needed must not.
    setTimeout(resolve, ms).unref();
  });
}
