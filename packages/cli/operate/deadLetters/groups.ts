import { normalise } from "../../../../tasks/contract/cause.ts";
import type { DeadLetter } from "./deadLetter.ts";

/** What dead letters are put together by. An hour is one of UTC. */
export const GROUP_BY = ["cause", "task", "queue", "hour", "revision"] as const;
export type GroupBy = (typeof GROUP_BY)[number];

/** Dead letters that have one thing in common. */
export interface Group {
  /** The cause, the task, the queue, the hour's beginning in RFC 3339, or the worker's revision. */
  readonly key: string;
  /** The names of their tasks; `(unknown)` is that of a request that named none. */
  readonly tasks: readonly string[];
  readonly queues: readonly string[];
  /** The error of the newest, without its particulars. */
  readonly error: string;
  /** With them: its first line, at most 200 characters. */
  readonly newestError: string;
  readonly count: number;
  /** When the first and the last of them ended, in milliseconds. */
  readonly first: number;
  readonly last: number;
  /** When Google deletes the first of them, in milliseconds. */
  readonly expires: number;
}

/** What a revision is called that did not say its name. */
const UNKNOWN_REVISION = "(unknown)";

/** What a task is called whose request named none. */
export const UNKNOWN_TASK = "(unknown)";

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Puts dead letters into groups, a page at a time: what is kept grows with the groups alone. */
export class Groups {
  readonly #by: GroupBy;
  readonly #groups = new Map<string, Mutable<Omit<Group, "newestError">>>();

  constructor(by: GroupBy) {
    this.#by = by;
  }

  add(letters: readonly DeadLetter[]): void {
    for (const letter of letters) {
      const { task = UNKNOWN_TASK, queue, error, time, expires } = letter;
      const key = keyOf(letter, this.#by);
      const group = this.#groups.get(key);
      if (!group) {
        const names = { tasks: [task], queues: [queue] };
        const times = { first: time, last: time, expires };
        this.#groups.set(key, { key, ...names, error, count: 1, ...times });
        continue;
      }
      group.count += 1;
      if (!group.tasks.includes(task)) group.tasks = [...group.tasks, task].sort();
      if (!group.queues.includes(queue)) group.queues = [...group.queues, queue].sort();
      if (time > group.last) {
        group.last = time;
        group.error = error;
      }
      group.first = Math.min(group.first, time);
      group.expires = Math.min(group.expires, expires);
    }
  }

  /** The largest first; hours and revisions in their order. */
  get all(): readonly Group[] {
    const groups = [...this.#groups.values()].map((group) => ({
      ...group,
      error: normalise(group.error),
      newestError: firstLine(group.error),
    }));
    return this.#by === "hour" || this.#by === "revision"
      ? groups.sort((a, b) => a.first - b.first)
      : groups.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }
}

/** As much of an error as a row of a table holds. */
export function firstLine(error: string): string {
  const [line = ""] = error.split(/[\r\n]/, 1);
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

const HOUR_MS = 3_600_000;

/** The key of the group that a dead letter is in. */
export function keyOf({ cause, task, queue, time, revision }: DeadLetter, by: GroupBy): string {
  switch (by) {
    case "cause":
      return cause;
    case "task":
      return task ?? UNKNOWN_TASK;
    case "queue":
      return queue;
    case "hour":
      return new Date(Math.floor(time / HOUR_MS) * HOUR_MS).toISOString();
    case "revision":
      return revision ?? UNKNOWN_REVISION;
  }
}
