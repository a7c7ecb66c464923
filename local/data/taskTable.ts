import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import type { Queue } from "../google/cloudtasks/queue.ts";
import { addTask } from "../google/cloudtasks/queueCore.ts";
import { createTask, type Task } from "../google/cloudtasks/task.ts";
import type { TaskStore } from "../google/store.ts";

/** The tasks of all queues, and the names that may not be used again yet, in the database. */
export class TaskTable implements TaskStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #bury: StatementSync;
  readonly #onChange: () => void;
  /** What is to be written, with the queue that it is on. */
  readonly #changed = new Map<Task, Queue>();
  /** The sequence numbers of the tasks in the table. */
  readonly #written = new Set<number>();
  readonly lastSequence: number;

  constructor(database: DatabaseSync, onChange: () => void) {
    this.#database = database;
    this.#onChange = onChange;
    this.#insert = database.prepare("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?)");
    this.#update = database.prepare("UPDATE tasks SET state = ? WHERE sequence = ?");
    this.#delete = database.prepare("DELETE FROM tasks WHERE sequence = ?");
    this.#bury = database.prepare("INSERT INTO tombstones VALUES (?, ?, ?)");
    const { last } = database.prepare("SELECT max(sequence) AS last FROM tasks").get() ?? {};
    this.lastSequence = typeof last === "number" ? last : -1;
  }

  changed(queue: Queue, task: Task): void {
    this.#changed.set(task, queue);
    this.#onChange();
  }

  restore(queue: Queue, now: number): void {
    const { number, state } = queue;
    this.#database.prepare("DELETE FROM tombstones WHERE expiry <= ?").run(now);
    const names = this.#database.prepare("SELECT id, expiry FROM tombstones WHERE queue = ?");
    for (const row of names.iterate(number)) {
      const { id, expiry } = tombstoneSchema.parse(row);
      state.tombstones.addUntil(id, expiry);
    }
    const tasks = this.#database.prepare("SELECT * FROM tasks WHERE queue = ? ORDER BY sequence");
    for (const row of tasks.iterate(number)) {
      const task = readTask(taskSchema.parse(row), now);
      addTask(state, task);
      this.#written.add(task.sequence);
    }
  }

  /** Writes what has changed, within a transaction of its caller. */
  write(): void {
    for (const [task, queue] of this.#changed) {
      const { sequence, id } = task;
      const isWritten = this.#written.has(sequence);
      if (queue.state.tasks.get(id) !== task) {
        if (isWritten) this.#delete.run(sequence);
        this.#written.delete(sequence);
        const expiry = queue.state.tombstones.expiryOf(id);
        if (expiry !== undefined) this.#bury.run(queue.number, id, expiry);
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

const tombstoneSchema = z.object({ id: z.string(), expiry: z.number() });

const taskSchema = z.object({
  sequence: z.number(),
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

/** A task as it was written. An attempt that was under way had no answer, and is made again at once. */
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
