import { isDeepStrictEqual } from "node:util";
import type { InputChange } from "../report.ts";

/**
 * The innermost values in which two objects differ, each by its path. Entries of lists that have a `name`
 * are told apart by it, and tiles of a dashboard by their titles: one that is put in the middle does not change
 * all that follow. A text that holds JSON, as the worker's table of queues does, is taken apart as well,
 * also in base64, as what a schedule enqueues.
 */
export function changedLeaves(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): InputChange[] {
  return differences("", before, after);
}

function differences(path: string, before: unknown, after: unknown): InputChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const parts = [branches(before), branches(after)] as const;
  const isBranch = parts.every((part, i) => part !== undefined || [before, after][i] === undefined);
  if (!isBranch) return [leaf(path, before, after)];

  const [old = new Map<string, unknown>(), now = new Map<string, unknown>()] = parts;
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) =>
    differences(path === "" ? key : `${path}.${key}`, old.get(key), now.get(key)),
  );
  // An object that came or went without anything in it, or a list that was only put in another order.
  return changes.length > 0 ? changes : [leaf(path, before, after)];
}

/** What a value consists of, by key; `undefined` for a value that is not taken apart. */
function branches(value: unknown): Map<string, unknown> | undefined {
  if (typeof value === "string") return branches(jsonOf(value));
  if (Array.isArray(value)) {
    const named = new Map(value.map((one: unknown, i) => [nameOf(one) ?? String(i), one]));
    return named.size === value.length ? named : new Map(Object.entries(value));
  }
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(Object.entries(value));
}

/** What a text that begins like an object or a list holds, if it is JSON; or one that is base64 of such a text. */
function jsonOf(text: string): unknown {
  const json = BASE64.test(text) ? Buffer.from(text, "base64").toString() : text;
  if (!/^\s*[{[]/.test(json)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    // A text like any other.
    return undefined;
  }
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})+(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

function nameOf(value: unknown): string | undefined {
  return textIn(value, "name") ?? textIn(memberOf(value, "widget"), "title");
}

function textIn(value: unknown, key: string): string | undefined {
  const text = memberOf(value, key);
  return typeof text === "string" ? text : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function leaf(path: string, before: unknown, after: unknown): InputChange {
  return {
    path,
    ...(before !== undefined && { before: shown(before) }),
    ...(after !== undefined && { after: shown(after) }),
  };
}

const LONGEST = 2_000;

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)}…`;
}
