import type * as z from "zod";
import type { TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { countOf } from "../../command/words.ts";
import { taskSchema } from "../calls/messages.ts";
import { openGivenFile } from "../givenFile.ts";
import { readDeadLetter, type DeadLetter } from "./deadLetter.ts";
import { goneSchema, letterHeadSchema } from "./letterFile.ts";

/** A dead letter of a file. */
export interface FiledLetter {
  readonly letter: DeadLetter;
  readonly httpRequest: TaskResource["httpRequest"];
}

/** Problems that are told. */
const MOST = 20;

/**
 * Reads a file of dead letters of the dead-letter queue `queue`. Throws a usage error that says what is wrong with
 * which lines: all of it, up to twenty.
 */
export async function readLetterFile(file: string, queue: string): Promise<readonly FiledLetter[]> {
  const letters: FiledLetter[] = [];
  const gone = new Set<string>();
  const lines = new Map<string, number>();
  const problems: string[] = [];
  await using handle = await openGivenFile(file);
  let n = 0;
  for await (const text of handle.readLines()) {
    n += 1;
    if (text.trim() === "") continue;
    const read = readLine(text, queue);
    if (typeof read === "string") problems.push(`line ${n}: ${read}`);
    if (typeof read !== "object") continue;
    if ("kind" in read) {
      for (const id of read.letters) gone.add(id);
      continue;
    }
    const { id } = read.letter;
    const before = lines.get(id);
    if (before !== undefined) problems.push(`line ${n}: it is the dead letter of line ${before}`);
    lines.set(id, n);
    letters.push(read);
  }
  if (problems.length === 0) return letters.filter(({ letter }) => !gone.has(letter.id));
  const more = problems.length - MOST;
  throw new CommandError(
    EXIT.usage,
    [
      `'${file}' cannot be imported:`,
      ...problems.slice(0, MOST).map((problem) => `  ${problem}`),
      ...(more > 0 ? [`  and ${countOf(more, "more", "more")}`] : []),
      "Nothing was done.",
    ].join("\n"),
  );
}

/** What a line holds; `undefined` for a file's head; or what is wrong with it. */
function readLine(
  text: string,
  queue: string,
): FiledLetter | z.output<typeof goneSchema> | string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "it is no whole JSON";
  }
  const head = letterHeadSchema.safeParse(json).data;
  if (head?.isRedacted) return "what is sensitive of its payloads is hidden ('export --redact')";
  if (head) return head.hasPayloads ? undefined : "payloads were not kept ('discard --no-backup')";
  const gone = goneSchema.safeParse(json).data;
  if (gone) return gone;
  const task = taskSchema.safeParse(json).data;
  if (!task) return "it is no task of Cloud Tasks";
  const { name, httpRequest } = task;
  if (!name.startsWith(`${queue}/tasks/`)) {
    return `it is of queue '${name.replace(/\/tasks\/.*$/, "")}', not of '${queue}'`;
  }
  const letter = readDeadLetter(task, 0);
  if (!letter) return "it is no dead letter";
  const { url, headers, body = "" } = httpRequest;
  return { letter, httpRequest: { url, httpMethod: "POST", headers, body } };
}
