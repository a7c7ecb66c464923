import { NotEmulatedError } from "../api/notEmulated.ts";
import { camelCase, type FieldType } from "../api/protoJson.ts";
import { fieldPath } from "../filter/filterSyntax.ts";
import { logEntryMessage, type LogEntry } from "./logEntry.ts";

/** A field of entries, as a filter or an extractor names it. */
export interface EntryField {
  /** What tells it from the others, however it was written. */
  readonly key: string;
  /** Its type; `undefined` within a payload, where an entry may hold anything. */
  readonly type: FieldType | undefined;
  /** Every entry has it, be it as its default. Those of payloads and labels may be missing. */
  readonly isDefaulted: boolean;
  /** What an entry holds there, each of a list by itself; nothing where it has no such field. */
  readonly valuesOf: (entry: LogEntry) => readonly unknown[];
}

/** What Google's entries have and those here have not: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
const NOT_EMULATED: ReadonlySet<string> = new Set(
  "metadata errorGroups split apphub apphubDestination apphubSource".split(" "),
);

/**
 * The field of that name; `undefined` for what entries do not have: `thud`, `resource.thud`. Throws where only those
 * here do not have it.
 */
export function entryField(name: string): EntryField | undefined {
  const path: string[] = [];
  let type: FieldType | undefined = { message: logEntryMessage };
  let isDefaulted = true;
  const names = fieldPath(name);
  if (NOT_EMULATED.has(camelCase(names[0] ?? ""))) {
    throw new NotEmulatedError(`The field '${name}' of an entry`);
  }
  for (const given of names) {
    if (type === undefined || type === "struct") {
      type = undefined;
      isDefaulted = false;
      path.push(given);
    } else if (typeof type === "string" || !("message" in type || "map" in type)) {
      return undefined;
    } else if ("map" in type) {
      type = type.map;
      isDefaulted = false;
      path.push(given);
    } else {
      const field: string = Object.hasOwn(type.message, given) ? given : camelCase(given);
      type = Object.hasOwn(type.message, field) ? type.message[field] : undefined;
      if (type === undefined) return undefined;
      path.push(field);
    }
  }
  if (path.length === 0) return undefined;
  return {
    key: JSON.stringify(path),
    type,
    isDefaulted,
    valuesOf: (entry) => valuesAt(entry, path, 0),
  };
}

const NONE: readonly unknown[] = [];

/** Values within values, as deep as a message of Google's may be. What a container writes may be deeper. */
export const MAX_DEPTH = 100;

/** What is found on the way down a path, from one of its names on. */
function valuesAt(
  value: unknown,
  path: readonly string[],
  from: number,
  lists = 0,
): readonly unknown[] {
  let held = value;
  for (let index = from; ; index++) {
    if (held === undefined || held === null || lists > MAX_DEPTH) return NONE;
    if (Array.isArray(held)) return held.flatMap((one) => valuesAt(one, path, index, lists + 1));
    const name = path[index];
    if (name === undefined) return [held];
    if (typeof held !== "object" || !Object.hasOwn(held, name)) return NONE;
    held = Reflect.get(held, name);
  }
}
