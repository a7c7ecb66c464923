import { alternatives } from "../../tasks/contract/knownNames.ts";
import { inStackFile, inTasks, type Place } from "./places.ts";
import { quote } from "./problems.ts";

/** The override that applies to every entry, before the entry's own. */
const EVERY = "*";

/** What there is of in `tasks/` that a stack may override, by its file and config key, with what one is called. */
const KINDS = { workers: "worker", queues: "queue", schedules: "schedule" } as const;

/** What a file of `tasks/` declares, with what the stack sets in its place. */
export interface Overridden {
  /** As unchecked as the overrides are. */
  readonly entries: Readonly<Record<string, unknown>>;
  /** Where the settings of an entry stand: each in the stack's file or in that of `tasks/`. */
  readonly placeOf: (name: string) => Place;
}

/**
 * The entries of `tasks/workers.ts`, `queues.ts` or `schedules.ts` with what a stack sets in their place:
 * objects are merged setting by setting, everything else is replaced. An override of an entry that does
 * not exist is a problem.
 */
export function override(
  stack: string,
  key: keyof typeof KINDS,
  declared: Readonly<Record<string, object>>,
  overrides: unknown,
  problems: string[],
): Overridden {
  const names = Object.keys(declared);
  const inStack = inStackFile(stack, key);
  const isGroup = overrides === undefined || isObject(overrides);
  const given = isObject(overrides) ? overrides : {};
  if (!isGroup) {
    problems.push(
      `${inStack([])} is ${quote(overrides)}; it holds settings by the name of a ${KINDS[key]}. ` +
        alternatives("", key, names),
    );
  }
  for (const name of Object.keys(given)) {
    if (name === EVERY || Object.hasOwn(declared, name)) continue;
    const every = names.length === 0 ? "" : ` '${EVERY}' stands for all.`;
    problems.push(
      `${inStack([name])} names no ${KINDS[key]}. ${alternatives(name, key, names)}${every}`,
    );
  }
  const every = given[EVERY];
  const own = (name: string): unknown => (Object.hasOwn(given, name) ? given[name] : undefined);
  return {
    entries: Object.fromEntries(
      Object.entries(declared).map(([name, entry]) => [
        name,
        [every, own(name)].reduce<unknown>(merge, entry),
      ]),
    ),
    placeOf: (name) => (path) => {
      if (holds(own(name), path)) return inStack([name, ...path]);
      if (holds(every, path)) return inStack([EVERY, ...path]);
      return inTasks(key, KINDS[key], name)(path);
    },
  };
}

/** Whether an override holds what is at that path. What stands in the place of a group is all of it. */
function holds(change: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined || !isObject(change)) return change !== undefined;
  return holds(Object.hasOwn(change, key) ? change[key] : undefined, rest);
}

function merge(base: unknown, change: unknown): unknown {
  if (change === undefined) return base;
  if (!isObject(base) || !isObject(change)) return change;
  const merged = { ...base };
  for (const [key, value] of Object.entries(change)) merged[key] = merge(base[key], value);
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
