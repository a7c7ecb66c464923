import { camelCase, type FieldType } from "../api/protoJson.ts";
import { fieldPath } from "../filter/filterSyntax.ts";
import { logEntryMessage, type LogEntry } from "./logEntry.ts";

/** A field of entries, as a filter or an extractor names it. */
export interface EntryField {
  /** Its type; `undefined` within a payload, where an entry may hold anything. */
  readonly type: FieldType | undefined;
  /** Every entry has it, be it as its default. Those of payloads and labels may be missing. */
  readonly isDefaulted: boolean;
  /** What an entry holds there, each of a list by itself; nothing where it has no such field. */
  readonly valuesOf: (entry: LogEntry) => readonly unknown[];
}

/** The field of that name; `undefined` for what entries do not have: `thud`, `resource.thud`. */
export function entryField(name: string): EntryField | undefined {
  const path: string[] = [];
  let type: FieldType | undefined = { message: logEntryMessage };
  let isDefaulted = true;
  for (const given of fieldPath(name)) {
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
  return { type, isDefaulted, valuesOf: (entry) => valuesAt(entry, path) };
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return [value];
  if (typeof value !== "object" || !Object.hasOwn(value, name)) return [];
  return valuesAt(Reflect.get(value, name), rest);
}
