import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { DEEPEST, payloadOf } from "../deadLetters/selector.ts";
import { loadFunction } from "../deadLetters/selectorOptions.ts";
import { readGivenFile } from "../givenFile.ts";

export interface Edit {
  /** The body that a task is given in the place of its own; `undefined` for its own, `null` where it is left alone. */
  (letter: DeadLetter): Uint8Array | null | undefined;
  /** What makes the change, such as `'to=ada@example.com'`. @default - somebody's own text */
  readonly by?: string;
}

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
    return made(`'${payload}'`, () => body);
  }
  if (transform !== undefined) {
    const change = await loadFunction(transform, "(payload, letter) => payload");
    return made(`'${transform}'`, (letter) => {
      const changed = change(jsonOf(letter), letter);
      return changed === null ? null : bytesOf(changed, transform);
    });
  }
  if (set === undefined) return undefined;
  const fields = set.map(readField);
  return made(fields.map(({ said }) => said).join(", "), (letter) =>
    bytesOf(fields.reduce<unknown>(withField, jsonOf(letter)), "--set"),
  );
}

function made(by: string, edit: (letter: DeadLetter) => ReturnType<Edit>): Edit {
  return Object.assign(edit, { by });
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

/** What is to become of a field. */
interface Field {
  readonly path: readonly string[];
  readonly value: unknown;
  /** As it was given, in quotes. */
  readonly said: string;
}

/** So much of what was given is repeated. */
const MOST_SAID = 60;

/** The value is JSON; what is none is a text. */
function readField(text: string): Field {
  const said = `'${text.length > MOST_SAID ? `${text.slice(0, MOST_SAID).toWellFormed()}…` : text}'`;
  const [, name, value = ""] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  const path = name?.split(".") ?? [];
  if (path.length === 0 || path.includes("")) {
    throw new CommandError(
      EXIT.usage,
      `${said} sets no field: that is its name, '=' and its value, such as 'to=ada@example.com' or, in an object, ` +
        "'retry.count=3'. Nothing was done.",
    );
  }
  try {
    return { path, value: JSON.parse(value), said };
  } catch {
    return { path, value, said };
  }
}

function withField(payload: unknown, field: Field): unknown {
  const { path, value, said } = field;
  return change(payload, 0);

  function change(whole: unknown, depth: number): unknown {
    const key = path[depth];
    if (key === undefined) return value;
    const refuse = (why: string): never => {
      const name = depth === 0 ? "its payload" : `'${path.slice(0, depth).join(".")}'`;
      throw new CommandError(EXIT.failed, `${said} cannot be set: ${name} is ${why}`);
    };
    if (Array.isArray(whole)) {
      if (whole.length === 0) refuse(`an empty list, and has no item '${key}'`);
      if (!/^\d{1,9}$/.test(key) || Number(key) >= whole.length) {
        const items = whole.length === 1 ? "'0'" : `'0' to '${whole.length - 1}'`;
        refuse(`a list, and has no item '${key}'; it has ${items}`);
      }
      return whole.map((one: unknown, i) => (i === Number(key) ? change(one, depth + 1) : one));
    }
    if (typeof whole !== "object" && whole !== undefined) {
      refuse(`${KINDS[typeof whole] ?? "no object"}, and has no field '${key}'`);
    }
    const object = whole ?? {};
    const now: unknown = Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
    return { ...object, [key]: change(now, depth + 1) };
  }
}

/** What of JSON has no fields. */
const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "'true' or 'false'",
};
