import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import type { Table } from "../data/store.ts";
import type { Queue } from "./queue.ts";
import { addTask } from "./queueCore.ts";
import { createTask, type Task } from "./task.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tasks (
    sequence INTEGER PRIMARY KEY, queue INTEGER NOT NULL, id TEXT NOT NULL,
    fixed TEXT NOT NULL, body TEXT, state TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS tombstones (
    expiry REAL, queue INTEGER, id TEXT, PRIMARY KEY (expiry, queue, id)
  ) WITHOUT ROWID;
`;

/** The tasks of all queues, and the names that may not be used again yet, in the database. */
export class TaskTable implements Table {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #bury: StatementSync;
  readonly #forget: StatementSync;
  readonly #onChange: () => void;
  /** What is to be written, with the queue that it is on. */
  readonly #changed = new Map<Task, Queue>();
  /** The sequence numbers of the tasks in the table. */
  readonly #written = new Set<number>();
  /** The sequence number of the newest task there was; -1 where there was none. */
  readonly lastSequence: number;
  #nextSweep = 0;

  constructor(database: DatabaseSync, onChange: () => void) {
    this.#database = database;
    this.#onChange = onChange;
    database.exec(SCHEMA);
    this.#insert = database.prepare("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?)");
    this.#update = database.prepare("UPDATE tasks SET state = ? WHERE sequence = ?");
    this.#delete = database.prepare("DELETE FROM tasks WHERE sequence = ?");
    this.#bury = database.prepare("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?)");
    this.#forget = database.prepare("DELETE FROM tombstones WHERE expiry <= ?");
    const { last } = database.prepare("SELECT max(sequence) AS last FROM tasks").get() ?? {};
    this.lastSequence = typeof last === "number" ? last : -1;
  }

  /** A task was added, dispatched, answered or taken away. */
  changed(queue: Queue, task: Task): void {
    this.#changed.set(task, queue);
    this.#onChange();
  }

  /** Puts the queues' tasks back, and the names that they remember. */
  restore(queues: Iterable<Queue>, now: number): void {
    const byNumber = new Map([...queues].map((queue) => [queue.number, queue]));
    this.#forget.run(now);
    for (const row of this.#database.prepare("SELECT * FROM tombstones").iterate()) {
      const { queue, id, expiry } = tombstoneSchema.parse(row);
      byNumber.get(queue)?.state.tombstones.addUntil(id, expiry);
    }
    for (const row of this.#database.prepare("SELECT * FROM tasks ORDER BY sequence").iterate()) {
      const kept = taskSchema.parse(row);
      const task = readTask(kept, now);
      const queue = byNumber.get(kept.queue);
      if (queue) addTask(queue.state, task);
      this.#written.add(task.sequence);
    }
  }

  /** Writes what has changed, and forgets the names that are free again. */
  write(now: number): void {
    if (now >= this.#nextSweep) {
      this.#forget.run(now);
      this.#nextSweep = now + SWEEP_INTERVAL_MS;
    }
    for (const [task, queue] of this.#changed) {
      const { sequence, id } = task;
      const isWritten = this.#written.has(sequence);
      if (queue.state.tasks.get(id) !== task) {
        if (isWritten) this.#delete.run(sequence);
        this.#written.delete(sequence);
        const expiry = queue.state.tombstones.expiryOf(id);
        if (expiry !== undefined) this.#bury.run(expiry, queue.number, id);
      } else if (isWritten) {
        this.#update.run(stateOf(task), sequence);
      } else {
        this.#insert.run(
          sequence,
          queue.number,
          id,
          fixedOf(task),
          task.request.body ?? null,
          stateOf(task),
        );
        this.#written.add(sequence);
      }
    }
    this.#changed.clear();
  }

  /** Forgets everything. */
  clear(): void {
    this.#database.exec("DELETE FROM tasks; DELETE FROM tombstones;");
    this.#changed.clear();
    this.#written.clear();
  }
}

const SWEEP_INTERVAL_MS = 60_000;

const tombstoneSchema = z.object({ queue: z.number(), id: z.string(), expiry: z.number() });

const taskSchema = z.object({
  sequence: z.number(),
  queue: z.number(),
  id: z.string(),
  fixed: z.string(),
  body: z.string().nullable(),
  state: z.string(),
});

/** What is never changed of a task, but for its body. */
type Fixed = Pick<Task, "createTime" | "dispatchDeadlineMs" | "retry"> & {
  readonly request: Omit<Task["request"], "body">;
};

type State = Pick<
  Task,
  | "dueTime"
  | "dispatchCount"
  | "responseCount"
  | "executionCount"
  | "firstDispatchTime"
  | "lastAttempt"
>;

function fixedOf({ createTime, dispatchDeadlineMs, retry, request }: Task): string {
  const { url, httpMethod, headers, token } = request;
  const fixed: Fixed = {
    createTime,
    dispatchDeadlineMs,
    retry,
    request: { url, httpMethod, headers, token },
  };
  return JSON.stringify(fixed);
}

function stateOf(task: Task): string {
  const { dueTime, dispatchCount, responseCount, executionCount } = task;
  const { firstDispatchTime, lastAttempt } = task;
  const state: State = {
    dueTime,
    dispatchCount,
    responseCount,
    executionCount,
    firstDispatchTime,
    lastAttempt,
  };
  return JSON.stringify(state);
}

/** A task as it was written. A delivery that was under way had no answer, and is made again at once. */
function readTask(row: z.infer<typeof taskSchema>, now: number): Task {
  const { sequence, id, body } = row;
  // They are what `fixedOf` and `stateOf` wrote.
  const fixed = JSON.parse(row.fixed) as Fixed;
  const { dueTime, lastAttempt, ...state } = JSON.parse(row.state) as State;
  const wasUnderWay = lastAttempt !== undefined && lastAttempt.status === undefined;
  const task = createTask({
    ...fixed,
    id,
    sequence,
    retry: fixed.retry,
    request: { ...fixed.request, token: fixed.request.token, body: body ?? undefined },
    scheduleTime: wasUnderWay ? now : dueTime,
  });
  return Object.assign(task, state, {
    firstDispatchTime: state.firstDispatchTime,
    lastAttempt: wasUnderWay ? { ...lastAttempt, status: 0 } : lastAttempt,
  });
}
