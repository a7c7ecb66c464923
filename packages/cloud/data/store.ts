import type { DatabaseSync } from "node:sqlite";
import type { Json } from "../api/parseJson.ts";

/** Keeps what Google's services hold: for as long as the process, or beyond it. */
export interface Store {
  /** The entries of a kind, as they were left. What is done to them is kept. */
  map<V>(kind: string, form?: Form<V>): KeptMap<V>;
  /** A table that a service has of its own, where there is a database: for what no map could hold. */
  table<T extends Table>(
    kind: string,
    open: (database: DatabaseSync, onChange: () => void) => T,
  ): T | undefined;
}

/** How a value is written, where it is not JSON already. */
export interface Form<V> {
  readonly write: (value: V) => object;
  readonly read: (json: Json) => V;
}

/** What is written in a form of its own. It calls `onChange` once there is something to write. */
export interface Table {
  /** Writes what has changed, within a transaction of its caller. */
  write(now: number): void;
  /** Forgets everything. */
  clear(): void;
}

/** A map whose changes are heard by whoever keeps it. */
export class KeptMap<V> extends Map<string, V> {
  /** Hears the key of every entry that was set, deleted or changed. */
  onChange: ((key: string) => void) | undefined;

  override set(key: string, value: V): this {
    super.set(key, value);
    this.onChange?.(key);
    return this;
  }

  override delete(key: string): boolean {
    const existed = super.delete(key);
    this.onChange?.(key);
    return existed;
  }

  /** Says that a value was changed where it is. */
  touch(key: string): void {
    this.onChange?.(key);
  }
}

/** Keeps everything for as long as the process lives. */
export const memoryStore: Store = {
  map: () => new KeptMap(),
  table: () => undefined,
};
