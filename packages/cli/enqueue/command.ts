import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { createClient, fromEnvironment } from "../../../tasks/client/client.ts";
import type { Contract, TaskTable } from "../../../tasks/contract/contract.ts";
import { alternatives } from "../../../tasks/contract/knownNames.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { duration, path } from "../command/readers.ts";
import { flagsOf, targetOf, withTarget, type Target } from "../command/target.ts";
import { localTaskLink } from "../console/token.ts";
import { localEndpoint } from "../stack/localCloud.ts";
import { stackEnvironment } from "../stack/stackEnvironment.ts";
import { payloadHelp, taskList } from "./taskHelp.ts";

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
        command.error(`error: unknown task '${task}'. ${known}`);
      }
      if (payload === undefined && options.file === undefined) {
        command.error(
          `error: task '${task}' needs its payload, as JSON, or '--file' with one in each line.\n` +
            payloadHelp(task, contract, flags),
        );
      }
      if (payload !== undefined && options.file !== undefined) {
        command.error("error: give either a payload or '--file', not both.");
      }
      await enqueue(targetOf(command), contract, task, payload, options);
    });
}

async function readPayloads(payload: string | undefined, file?: string): Promise<unknown[]> {
  if (file !== undefined) {
    const lines = decode(await readFile(file), `File '${file}'`).split("\n");
    return lines.flatMap((line, i) =>
      line.trim() === "" ? [] : [parseJson(line, `Line ${i + 1} of '${file}'`)],
    );
  }
  const json =
    payload === "-" ? decode(await readAll(process.stdin), "Standard input") : (payload ?? "");
  return [parseJson(json, "The payload")];
}

/** What is no UTF-8 would become other text on its way: it is refused. */
function decode(bytes: Buffer, place: string): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw new Error(
    `${place} is not UTF-8. Save it as UTF-8: 'iconv -f LATIN1 -t UTF-8' converts it.`,
  );
}

function parseJson(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A shell takes quotes away that stand in no others.
    const quotes =
      json.includes("{") && !json.includes('"')
        ? " (its quotes are gone: put it in single quotes)"
        : "";
    throw new Error(`${place} is not JSON: ${reason}. It reads: ${json.slice(0, 200)}${quotes}`, {
      cause: error,
    });
  }
}

async function enqueue(
  target: Target,
  contract: Contract,
  task: string,
  payload: string | undefined,
  options: Options,
): Promise<void> {
  const payloads = await readPayloads(payload, options.file);
  const client = createClient<TaskTable>(contract, fromEnvironment(await stackEnvironment(target)));
  const { id, delay, json } = options;
  const isTerminal = process.stderr.isTTY && payloads.length > 1;

  const results = await client.enqueueMany(
    // The client checks the name and each payload against the contract.
    payloads.map((value) => ({
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
  for (const result of results) {
    if (!result.ok) {
      process.exitCode = 1;
      if (json) console.log(JSON.stringify({ error: result.error.message }));
      else console.error(result.error.message);
    } else if (json) {
      console.log(JSON.stringify({ name: result.name, created: result.created }));
    } else {
      console.log(
        result.created
          ? `Enqueued ${result.name}`
          : `Nothing was enqueued: this id has been. Its task is there, or has ended within the last hour or so: ${result.name}`,
      );
      const link = results.length === 1 ? linkOf(target, result.name) : undefined;
      if (link !== undefined) console.log(`  ${link}`);
    }
  }
}

/** The link to a task in the console of 'npm start'. */
function linkOf({ stack, port }: Target, name: string): string | undefined {
  if (stack !== undefined || port === undefined) return undefined;
  return localTaskLink(localEndpoint(port), name.slice(name.lastIndexOf("/") + 1));
}
