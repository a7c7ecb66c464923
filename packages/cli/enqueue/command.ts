import type { Command } from "commander";
import { createClient, fromEnvironment } from "../../../tasks/client/client.ts";
import type { Contract, TaskTable } from "../../../tasks/contract/contract.ts";
import { alternatives } from "../../../tasks/contract/knownNames.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { serializePayload } from "../../../tasks/contract/payload.ts";
import { duration, path } from "../command/readers.ts";
import { flagsOf, targetOf, withTarget, type Target } from "../command/target.ts";
import { localQueueLink, localTaskLink } from "../console/token.ts";
import { idOf } from "../operate/calls/ownNames.ts";
import { localEndpoint } from "../stack/localCloud.ts";
import { stackEnvironment } from "../stack/stackEnvironment.ts";
import { readPayload, readPayloadFile, type GivenPayload } from "./readPayloads.ts";
import { payloadHelp, payloadText, taskList } from "./taskHelp.ts";

interface Options {
  readonly file?: string;
  readonly id?: string;
  /** In milliseconds. */
  readonly delay?: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withTarget(command)
    .description(
      "Puts a task on its queue: of the local cloud ('npm start'), or of a deployed stack. Without a " +
        "payload, shows the fields of the task's; without arguments, lists the tasks.",
    )
    .argument("[task]", "the task's name in tasks/tasks.ts")
    .argument("[payload]", "its payload, as JSON; '-' reads it from standard input")
    .option("--file <path>", "enqueue one task per line of a file of JSON payloads", path)
    .option("--id <id>", "a second task with this id is not created")
    .option("--delay <duration>", "how long the task waits first, such as '90s' or '5m'", duration)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run enqueue                                  the tasks, with an example of each\n" +
        "  npm run enqueue -- <task> '<payload>' --delay 5m\n" +
        "  npm run enqueue -- <task> --file payloads.jsonl",
    )
    .action(async (task: string | undefined, payload: string | undefined, options: Options) => {
      const contract = await loadContract();
      const flags = flagsOf(command.opts<Target>());
      if (task === undefined) {
        console.log(taskList(contract, flags));
        return;
      }
      if (!Object.hasOwn(contract.tasks, task)) {
        const known = alternatives(task, "tasks", Object.keys(contract.tasks));
        command.error(`Unknown task '${task}'. ${known}`);
      }
      if (payload === undefined && options.file === undefined) {
        command.error(
          `Task '${task}' needs its payload, as JSON, or '--file' with one in each line.\n` +
            payloadHelp(task, contract, flags),
        );
      }
      if (payload !== undefined && options.file !== undefined) {
        command.error("Give either a payload or '--file', not both.");
      }
      const { file } = options;
      const payloads =
        file === undefined
          ? await readPayload(payload ?? "")
          : await readPayloadFile(file, payloadText(task, contract), (value) => {
              const schema = contract.tasks[task]?.payload;
              if (schema) serializePayload(task, schema, value);
            });
      await enqueue(targetOf(command), contract, task, payloads, options);
    });
}

async function enqueue(
  target: Target,
  contract: Contract,
  task: string,
  payloads: readonly GivenPayload[],
  options: Options,
): Promise<void> {
  const client = createClient<TaskTable>(contract, fromEnvironment(await stackEnvironment(target)));
  const { id, delay, json } = options;
  const isTerminal = process.stderr.isTTY && payloads.length > 1;

  const results = await client.enqueueMany(
    // The client checks the name and each payload against the contract.
    payloads.map(({ value }) => ({
      task,
      payload: value,
      id,
      delay: delay === undefined ? undefined : delay / 1000,
    })),
    {
      onProgress: ({ done, total }) => {
        if (isTerminal) process.stderr.write(`\r${done}/${total}${done === total ? "\n" : ""}`);
      },
    },
  );
  for (const [i, result] of results.entries()) {
    if (!result.ok) {
      process.exitCode = 1;
      const place = payloads[i]?.place;
      const message = `${place === undefined ? "" : `${place}: `}${result.error.message}`;
      if (json) console.log(JSON.stringify({ error: message }));
      else console.error(message);
    } else if (json) {
      console.log(JSON.stringify({ name: result.name, created: result.created }));
    } else {
      console.log(
        result.created
          ? `Enqueued ${result.name}`
          : `Nothing was enqueued: this id has been. Its task is there, or has ended within the last hour or so: ${result.name}`,
      );
      if (results.length === 1) {
        showLink(target, (endpoint) => localTaskLink(endpoint, idOf(result.name)));
      }
    }
  }
  // Of many tasks, their queue says most.
  const queue = contract.tasks[task]?.queue;
  if (!json && queue !== undefined && results.length > 1 && results.some(({ ok }) => ok)) {
    showLink(target, (endpoint) => localQueueLink(endpoint, queue));
  }
}

/** Prints a link into the console of 'npm start', where that is what tasks are enqueued on. */
function showLink({ stack, port }: Target, linkOf: (endpoint: string) => string | undefined): void {
  if (stack !== undefined || port === undefined) return;
  const link = linkOf(localEndpoint(port));
  if (link !== undefined) console.log(`  ${link}`);
}
