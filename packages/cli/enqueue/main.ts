import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer as readAll } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import { createClient, fromEnvironment } from "../../../tasks/client/client.ts";
import { durationMs } from "../../../tasks/contract/duration.ts";
import type { TaskTable } from "../../../tasks/contract/contract.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { stackEnvironment } from "../stack/stackEnvironment.ts";
import { targetOf, withTarget } from "../stack/target.ts";

interface Options {
  readonly file?: string;
  readonly id?: string;
  readonly delay?: number;
  readonly json: boolean;
}

const contract = await loadContract();

const command = withTarget(new Command("npm run enqueue --"))
  .description(
    "Puts a task on its queue: of the local cloud ('npm start'), or of a deployed stack.\n" +
      `Tasks: ${Object.keys(contract.tasks).join(", ")}.`,
  )
  .argument("<task>", "the task's name in tasks/tasks.ts")
  .argument("[payload]", "its payload, as JSON; '-' reads it from standard input")
  .option("--file <path>", "enqueue one task per line of a file of JSON payloads")
  .option("--id <id>", "a second task with this id is not created")
  .option("--delay <duration>", "how long the task waits first, such as '90s'", seconds)
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExamples:\n" +
      `  npm run enqueue -- send-email '{"to":"you@example.com","subject":"Hello","text":"It works."}'\n` +
      "  npm run enqueue -- send-email --file test/fixtures/emails.jsonl",
  );

function seconds(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms / 1000;
  throw new InvalidArgumentError("A duration is seconds with an 's', such as '90s'.");
}

async function readPayloads(payload: string | undefined, file?: string): Promise<unknown[]> {
  if ((payload === undefined) === (file === undefined)) {
    throw new Error("Give either a payload or --file.");
  }
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
    throw new Error(`${place} is not JSON: ${reason}. It reads: ${json.slice(0, 200)}`, {
      cause: error,
    });
  }
}

async function enqueue(task: string, payload: string | undefined, options: Options): Promise<void> {
  const payloads = await readPayloads(payload, options.file);
  const client = createClient<TaskTable>(
    contract,
    fromEnvironment(await stackEnvironment(targetOf(command))),
  );
  const { id, delay, json } = options;
  const isTerminal = process.stderr.isTTY && payloads.length > 1;

  const results = await client.enqueueMany(
    // The client checks the name and each payload against the contract.
    payloads.map((value) => ({ task, payload: value, id, delay })),
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
      console.log(`${result.created ? "Enqueued" : "Already enqueued"} ${result.name}`);
    }
  }
}

try {
  const [task, payload] = command.parse().processedArgs as [string, string | undefined];
  await enqueue(task, payload, command.opts<Options>());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
