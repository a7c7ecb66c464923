import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { issueWords } from "./issueWords.ts";
import { nearest } from "./knownNames.ts";

/** The smaller of Google's two documented limits on a task. https://cloud.google.com/tasks/docs/quotas */
const MAX_BYTES = 100_000;

/** A task's payload as JSON. Throws where it is too large, or where what arrives would not fit the schema. */
export function serializePayload(task: string, schema: z.ZodType, payload: unknown): string {
  const json = stringify(task, payload);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_BYTES) {
    throw new Error(
      `Payload of task '${task}' is ${bytes} bytes of JSON; the limit is ${MAX_BYTES} (100 KB). ` +
        `Store it elsewhere and enqueue a reference.`,
    );
  }
  readPayload(task, schema, json);
  return json;
}

/**
 * A task's payload from JSON, or from its bytes in UTF-8. Throws one error with what is wrong, each problem
 * naming its field. The error holds nothing of the payload but names of fields, and is some 2 KB at the most.
 */
export function readPayload<Schema extends z.ZodType>(
  task: string,
  schema: Schema,
  json: string | Uint8Array,
): z.output<Schema> {
  const value = parseJson(task, typeof json === "string" ? json : decode(task, json));
  const { success, data, error } = parse(task, schema, value);
  if (success) return data;
  throw new Error(`Payload of task '${task}' does not fit its schema: ${describe(error, value)}.`);
}

/** A schema may hold code of the team's, which may throw what quotes the payload. */
function parse<Schema extends z.ZodType>(
  task: string,
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  try {
    return z.safeParse(schema, value, { error: WORDS });
  } catch (error) {
    throw new Error(
      `Payload of task '${task}' cannot be checked: its schema threw ${nameOf(error)}.`,
    );
  }
}

function stringify(task: string, payload: unknown): string {
  let reason = "";
  try {
    // `undefined` and functions have no JSON, whatever the declared type says.
    const json: unknown = JSON.stringify(payload);
    if (typeof json === "string") return json;
  } catch (error) {
    // Of a circle it tells the way; a payload's own 'toJSON' may tell anything.
    const isCircle = error instanceof TypeError && error.message.startsWith("Converting circular");
    reason = isCircle ? ": it holds itself" : `: to write it threw ${nameOf(error)}`;
  }
  throw new Error(`Payload of task '${task}' cannot be written as JSON${reason}.`);
}

/** What kind of error it is, which tells nothing of what it is about. */
function nameOf(error: unknown): string {
  try {
    if (error instanceof Error) return `a ${error.constructor.name}`;
  } catch {
    // Not even that can be asked of it.
  }
  return "what is no error";
}

/** What is no UTF-8 would become other text: a mail about a "caf\ufffd". */
function decode(task: string, bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  throw new Error(`Payload of task '${task}' is not UTF-8.`);
}

function parseJson(task: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // Of the parser's words the place alone: the rest may quote the payload.
    const place = error instanceof Error && PLACE.exec(error.message)?.[1];
    const where = json === "" ? ": it is empty" : place ? ` (at position ${place})` : "";
    throw new Error(`Payload of task '${task}' is not JSON${where}.`);
  }
}

const PLACE = / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/;

const MAX_PROBLEMS = 10;
const MAX_PROBLEM_LENGTH = 180;

/** What goes on from a field's name where the schema has no such field. */
const WORDS = issueWords((key, known = []) => {
  const near = nearest(key, known);
  return near === undefined ? "" : ` (did you mean '${near}'?)`;
});

function describe({ issues }: z.ZodError, value: unknown): string {
  const problems = issues.flatMap(({ path, ...issue }) => {
    const field = `'${printable(path.join("."))}'`;
    if (issue.code === "unrecognized_keys") {
      const meant = issue.message.split("\n");
      // One problem that names every key, as many as somebody cares to send.
      return issue.keys.map((key, i) => {
        const name = printable([...path, key].join("."));
        return `'${name}' is no field of it${meant[i] ?? ""}`;
      });
    }
    if (issue.code === "invalid_type" && valueAt(value, path) === undefined) {
      return [`${field} is missing`];
    }
    return [path.length === 0 ? issue.message : `${field}: ${issue.message}`];
  });
  const more = problems.length - MAX_PROBLEMS;
  return [
    ...problems.slice(0, MAX_PROBLEMS).map(cut),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("; ");
}

/** What a value holds at a path of its own members; `undefined` where there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (one, key) =>
      typeof one === "object" && one !== null && Object.hasOwn(one, key)
        ? Reflect.get(one, key)
        : undefined,
    value,
  );
}

/** A name that anybody may have written, in one line. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, MAX_PROBLEM_LENGTH)).slice(1, -1);
}

function cut(text: string): string {
  return text.length <= MAX_PROBLEM_LENGTH
    ? text
    : `${text.slice(0, MAX_PROBLEM_LENGTH - 1)}…`.toWellFormed();
}
