import { list, quote } from "./problems.ts";

/** The override that applies to every entry, before the entry's own. */
const EVERY = "*";

/**
 * The entries of `tasks/queues.ts` or `tasks/schedules.ts` with what a stack sets in their place:
 * objects are merged setting by setting, everything else is replaced. The result is as unchecked as the
 * overrides are. An override of an entry that does not exist is a problem.
 */
export function override(
  /** The config key, `queues` or `schedules`, which is also the name of what is overridden. */
  key: string,
  declared: Readonly<Record<string, object>>,
  overrides: unknown,
  problems: string[],
): Record<string, unknown> {
  if (overrides !== undefined && !isObject(overrides)) {
    problems.push(`'${key}' is ${quote(overrides)}; it holds settings by name, of ${names()}.`);
    return declared;
  }
  const given = overrides ?? {};
  for (const name of Object.keys(given)) {
    if (name === EVERY || Object.hasOwn(declared, name)) continue;
    problems.push(`Unknown setting '${key}.${name}'; known are ${names()} and '${EVERY}' for all.`);
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, entry]) => [
      name,
      [given[EVERY], Object.hasOwn(given, name) ? given[name] : undefined].reduce<unknown>(
        merge,
        entry,
      ),
    ]),
  );

  function names(): string {
    return list(Object.keys(declared));
  }
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
