import type { LogEntry } from "./logEntry.ts";

/** An entry that has come. */
export interface Arrival {
  /** The log's id. */
  readonly log: string;
  /** Is made once somebody asks for it. */
  readonly entry: LogEntry;
}

/** What is compared: text, or the number that orders values of a type. */
export type Comparable = string | number;

/** What an entry must hold in one place to match a filter: one of some values. */
export interface Demand {
  /** What tells the place from others. */
  readonly key: string;
  readonly values: ReadonlySet<Comparable>;
  /** What an entry holds there. */
  readonly valuesOf: (arrival: Arrival) => readonly Comparable[];
}

/** All of them must be met; of a place there is one at most. */
export type Demands = readonly Demand[];

export const NO_DEMANDS: Demands = [];

/** What filters demand all of which must match. */
export function demandsOfAll(filters: readonly Demands[]): Demands {
  const byKey = new Map<string, Demand>();
  for (const demand of filters.flat()) {
    const other = byKey.get(demand.key);
    // A list may hold values of both: one alone is no weaker than what they have in common.
    if (!other || demand.values.size < other.values.size) byKey.set(demand.key, demand);
  }
  return [...byKey.values()];
}

/** What filters demand of which one must match: of places of which each of them demands something. */
export function demandsOfAny([first = NO_DEMANDS, ...others]: readonly Demands[]): Demands {
  return first.flatMap((demand) => {
    const same = others.map((demands) => demands.find(({ key }) => key === demand.key));
    if (!same.every((one) => one !== undefined)) return [];
    return [{ ...demand, values: new Set([demand, ...same].flatMap(({ values }) => [...values])) }];
  });
}
