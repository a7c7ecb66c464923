import { UNKNOWN } from "./resource.ts";

/*
 * Reading properties that may be missing or, in a preview, not known yet. A rule asks two questions:
 * `isMissing`, which is false for an unknown value, and what the value is, which is `undefined` for one. So
 * what is not known is never a violation, and is judged when the deployment knows it.
 */

/** The value at a path of keys and indexes. What lies within an unknown value is unknown. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (current === UNKNOWN) return UNKNOWN;
    current = Array.isArray(current)
      ? current[Number(key)]
      : isMapping(current)
        ? current[key]
        : undefined;
  }
  return current;
}

/** Whether nothing was set. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Whether this is that value, or is not known yet and may come to be it. */
export function couldBe(value: unknown, expected: unknown): boolean {
  return value === expected || value === UNKNOWN;
}

/** The text, if this is one. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The number, if this is one. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** What a list holds; nothing, if this is none. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What a list holds; of one that is not known, something that is not. */
export function known(list: unknown): readonly unknown[] {
  return list === UNKNOWN ? [UNKNOWN] : items(list);
}

/** The seconds of a duration such as `"0.5s"`; NaN, with which no comparison holds, of a text that is none. */
export function seconds(value: unknown): number | undefined {
  const given = text(value);
  return given === undefined ? undefined : Number(/^(\d+(?:\.\d+)?)s$/.exec(given)?.[1] ?? NaN);
}

/** What a JSON text says; `undefined` for what is none. */
export function json(value: unknown): unknown {
  const source = text(value);
  if (source === undefined) return undefined;
  try {
    return JSON.parse(source);
  } catch {
    // The service that reads it refuses it; there is nothing in it to judge.
    return undefined;
  }
}

/** Every text within a value, and the path that leads to it. */
export function texts(value: unknown, path: readonly string[] = []): Text[] {
  if (typeof value === "string") return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((one, i) => texts(one, [...path, String(i)]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => texts(one, [...path, key]));
}

export interface Text {
  readonly path: readonly string[];
  readonly value: string;
}

/** A list in a sentence: `'a', 'b'`. */
export function quoted(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(", ");
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
