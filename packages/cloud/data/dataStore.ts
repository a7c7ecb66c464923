import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";
import { KeptMap, type Form, type Store, type Table } from "./store.ts";
import { DataDirectoryError } from "./dataDirectoryError.ts";

/** Changes with the form of what is written. */
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE entries (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/**
 * Keeps what the local cloud holds in a directory: an SQLite database, written by this process alone. What
 * is changed in one turn of the event loop is written in one transaction at its end. It outlives the end of
 * the process at any moment; the end of the machine may cost the last moments before it.
 */
export class DataStore implements Store {
  readonly #database: DatabaseSync;
  readonly #write: StatementSync;
  readonly #erase: StatementSync;
  readonly #maps = new Map<string, { map: KeptMap<unknown>; form: Form<unknown> | undefined }>();
  readonly #tables = new Map<string, Table>();
  readonly #changed = new Map<string, Set<string>>();
  readonly #onFailure: (error: DataDirectoryError) => void;
  readonly #path: string;
  #pending: PromiseWithResolvers<void> | undefined;
  #failure: DataDirectoryError | undefined;

  /**
   * Opens the data in `directory`, which is made where there is none. Throws `DataDirectoryError` where
   * another process uses it, or where it cannot be read. `onFailure` is told once where it cannot be written later.
   */
  constructor(directory: string, onFailure: (error: DataDirectoryError) => void) {
    this.#onFailure = onFailure;
    this.#path = join(directory, "cloud.db");
    try {
      makeDirectory(directory);
      // Secrets are in it: nobody else may read it, whatever the directory's mode.
      closeSync(openSync(this.#path, "a", 0o600));
      chmodSync(this.#path, 0o600);
      this.#database = open(this.#path);
    } catch (error) {
      throw new DataDirectoryError(problemOf(directory, error), { cause: error });
    }
    const db = this.#database;
    this.#write = db.prepare("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)");
    this.#erase = db.prepare("DELETE FROM entries WHERE kind = ? AND key = ?");
  }

  /** Throws `DataDirectoryError` for an entry that its form does not read any more. */
  map<V>(kind: string, form?: Form<V>): KeptMap<V> {
    const map = new KeptMap<V>();
    const rows = this.#database.prepare("SELECT key, value FROM entries WHERE kind = ?").all(kind);
    for (const { key, value } of rows) {
      const json = JSON.parse(String(value)) as Json;
      // Without a form a value is what was written: JSON.
      map.set(String(key), form ? this.#read(form, json, String(key)) : (json as V));
    }
    const changed = new Set<string>();
    map.onChange = (key) => {
      changed.add(key);
      this.#begin();
    };
    this.#changed.set(kind, changed);
    this.#maps.set(kind, { map, form: form as Form<unknown> | undefined });
    return map;
  }

  table<T extends Table>(
    kind: string,
    open: (database: DatabaseSync, onChange: () => void) => T,
  ): T {
    const table = open(this.#database, () => {
      this.#begin();
    });
    this.#tables.set(kind, table);
    return table;
  }

  /**
   * Resolves once all that has been changed so far is written; `undefined` where it is. Rejects with UNAVAILABLE
   * where it cannot be written.
   */
  written(): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(unavailable(this.#failure));
    return this.#pending?.promise;
  }

  /** Forgets everything. */
  clear(): void {
    this.#flush();
    for (const { map } of this.#maps.values()) map.clear();
    this.#database.exec("DELETE FROM entries");
    for (const table of this.#tables.values()) table.clear();
  }

  /** Writes what is not written yet, and ends. */
  close(): void {
    this.#flush();
    this.#database.close();
  }

  #read<V>(form: Form<V>, json: Json, key: string): V {
    try {
      return form.read(json);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DataDirectoryError(
        `The data in '${this.#path}' cannot be used: '${key}' is refused (${reason}). Delete it with the version that wrote it, or choose another directory.`,
        { cause: error },
      );
    }
  }

  #begin(): void {
    if (this.#pending || this.#failure) return;
    this.#pending = Promise.withResolvers();
    // Whoever waits for it hears of a failure; nobody may.
    this.#pending.promise.catch(() => undefined);
    setImmediate(() => {
      this.#flush();
    });
  }

  #flush(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    try {
      this.#database.exec("BEGIN");
      for (const [kind, keys] of this.#changed) this.#writeEntries(kind, keys);
      for (const table of this.#tables.values()) table.write(Date.now());
      this.#database.exec("COMMIT");
      pending.resolve();
    } catch (error) {
      this.#failure = new DataDirectoryError(problemOf(this.#path, error), { cause: error });
      pending.reject(unavailable(this.#failure));
      this.#onFailure(this.#failure);
    }
  }

  #writeEntries(kind: string, keys: Set<string>): void {
    const kept = this.#maps.get(kind);
    for (const key of keys) {
      const value = kept?.map.get(key);
      if (value === undefined) this.#erase.run(kind, key);
      else this.#write.run(kind, key, JSON.stringify(kept?.form ? kept.form.write(value) : value));
    }
    keys.clear();
  }
}

/**
 * Makes a directory, and those above it, where there is none. Node's own way (`recursive`) never ends in a file
 * system such as /proc, which has the directory above it and makes none in it.
 */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) {
    if (statSync(directory).isDirectory()) return;
    throw new Error("it is no directory");
  }
  makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // One process only; what is written outlives it, without waiting for the disk.
  database.exec(
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
  );
  database.exec("BEGIN EXCLUSIVE; COMMIT;");
  const { user_version: version } = database.prepare("PRAGMA user_version").get() ?? {};
  if (version === 0) database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
  else if (version !== VERSION) {
    throw new Error(
      `it was written in form ${String(version)}, and this program reads form ${VERSION}`,
    );
  }
  return database;
}

function problemOf(path: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return /database is locked/.test(reason)
    ? `'${path}' is in use by another local cloud: stop that one, or choose another directory.`
    : `The data in '${path}' cannot be kept: ${reason}.`;
}

function unavailable({ message }: DataDirectoryError): GoogleError {
  return new GoogleError("UNAVAILABLE", message);
}
