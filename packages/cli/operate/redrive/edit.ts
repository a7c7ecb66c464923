import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { DEEPEST, payloadOf } from "../deadLetters/selector.ts";
import { loadFunction } from "../deadLetters/selectorOptions.ts";
import { readGivenFile } from "../givenFile.ts";

/** The body that a task is given in the place of its own; `undefined` for its own, `null` where it is left alone. */
export type Edit = (letter: DeadLetter) => Uint8Array | null | undefined;

/** What is to be changed, as the options say it. */
export interface EditOptions {
  /** Fields, such as `to=ada@example.com` or `retry.count=3`. */
  readonly set?: readonly string[];
  /** A file with the whole payload. */
  readonly payload?: string;
  /** A file whose default export makes a payload of another. */
  readonly transform?: string;
}

/** Cloud Tasks takes no task of more than 1 MiB. https://cloud.google.com/tasks/docs/quotas */
export const MAX_PAYLOAD_BYTES = 2 ** 20;

/** Makes the edit that options are; `undefined` where they are none. */
export async function editOf({ set, payload, transform }: EditOptions): Promise<Edit | undefined> {
  if (payload !== undefined) {
    const body = await readGivenFile(payload, MAX_PAYLOAD_BYTES);
    return () => body;
  }
  if (transform !== undefined) {
    const change = await loadFunction(transform, "(payload, letter) => payload");
    return (letter) => {
      const changed = change(jsonOf(letter), letter);
      return changed === null ? null : bytesOf(changed, transform);
    };
  }
  if (set === undefined) return undefined;
  const fields = set.map(readField);
  return (letter) => {
    const changed = fields.reduce<unknown>(
      (value, [path, field]) => withField(value, path, field),
      jsonOf(letter),
    );
    return bytesOf(changed, "--set");
  };
}

/** A payload that a file or an option has made, as JSON. Throws where it is none, such as `undefined` or a `BigInt`. */
function bytesOf(payload: unknown, maker: string): Uint8Array {
  let why = "";
  try {
    const json: unknown = JSON.stringify(payload);
    if (typeof json === "string") return Buffer.from(json);
  } catch (error) {
    // Of a circle, the lines that follow tell the way.
    why = `: ${error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error)}`;
  }
  throw new CommandError(EXIT.failed, `'${maker}' makes no JSON of it${why}`);
}

function jsonOf(letter: DeadLetter): unknown {
  const payload = payloadOf(letter);
  if (payload !== undefined) return payload;
  throw new CommandError(
    EXIT.failed,
    `its body is no whole JSON, nested ${DEEPEST} deep at the most, and cannot be changed`,
  );
}

/** The value is JSON; what is none is a text. */
function readField(text: string): [path: string[], value: unknown] {
  const [, path, value = ""] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  if (path === undefined) {
    throw new CommandError(
      EXIT.usage,
      `'--set ${text}' is not such as '--set to=ada@example.com'.`,
    );
  }
  try {
    return [path.split("."), JSON.parse(value)];
  } catch {
    return [path.split("."), value];
  }
}

function withField(value: unknown, [key, ...rest]: readonly string[], field: unknown): unknown {
  if (key === undefined) return field;
  if (Array.isArray(value)) {
    return value.map((one: unknown, i) => (String(i) === key ? withField(one, rest, field) : one));
  }
  const object = typeof value === "object" && value !== null ? value : {};
  const now: unknown = Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
  return { ...object, [key]: withField(now, rest, field) };
}
