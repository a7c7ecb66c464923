import { createHash } from "node:crypto";
import type { CloudTasks, Created, Deleted } from "./cloudTasks.ts";

/**
 * A name that was in use stays taken for an hour or longer. A task that is rescheduled therefore moves on to the
 * next of so many names, all of which follow from its `id`: once less often within that time.
 */
const NAMES = 8;

/**
 * The task ids of an `id`, the one that it is enqueued under first. A task that is not `reschedulable` has no
 * other.
 */
export function taskIdsOf(id: string, { reschedulable = false }): readonly [string, ...string[]] {
  // A hash, since ids that resemble each other would all land on one server of the queue. No id has a line break.
  const hash = (n: number): string =>
    createHash("sha256")
      .update(n === 0 ? id : `${id}\n${n}`)
      .digest("hex");
  const others = reschedulable ? NAMES - 1 : 0;
  return [hash(0), ...Array.from({ length: others }, (_, n) => hash(n + 1))];
}

/**
 * Deletes the one task that has one of these names. Throws where that of a name could not be learned and none of
 * the others was deleted.
 */
export async function deleteOneOf(
  names: readonly string[],
  deleteTask: (name: string) => Promise<Deleted>,
): Promise<Deleted> {
  const answers = await Promise.allSettled(names.map((name) => deleteTask(name)));
  const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (found.includes("deleted")) return "deleted";
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed) throw failed.reason;
  return found.includes("uncertain") ? "uncertain" : "missing";
}

/** What became of a task that was to be cancelled: `CancelResult` says it in words. */
export const CANCELLED = {
  deleted: "cancelled",
  missing: "gone",
  uncertain: "uncertain",
} as const satisfies Record<Deleted, string>;

export type CancelResult = (typeof CANCELLED)[Deleted];

/** A task on its way to another time. */
export interface Move {
  readonly api: Pick<CloudTasks, "createTask" | "deleteTask">;
  /** The names that it may have now. */
  readonly names: readonly string[];
  /** The names that it may be given, the best first. */
  readonly next: readonly string[];
  /** A name that nobody else has. */
  readonly spare: string;
  /** Creates it under a name, due at its new time, or no earlier than `notBefore`. */
  readonly create: (name: string, notBefore?: number) => Promise<Created>;
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** Until when a spare waits at the least: longer than all calls of a move may take, with their retries. */
const SPARE_MS = 15 * 60_000;

/**
 * Deletes a task and creates it anew. In between a spare copy is kept, so that nothing that ends here loses it:
 *
 * | It ends                             | What is there then                                                   |
 * | ----------------------------------- | -------------------------------------------------------------------- |
 * | before the spare is created         | the task, as it was                                                  |
 * | before the task is deleted          | the task, as it was, and the spare: it runs twice, under one key     |
 * | between the delete and the create   | the spare: it runs at its new time, or in 15 minutes, and has no id  |
 * | before the spare is deleted         | the task, at its new time, and the spare: it runs twice, as above    |
 */
export async function moveTask(move: Move): Promise<{ result: Deleted; name?: string }> {
  const { api, names, spare, create, now, signal } = move;
  // Whoever may not delete is told so before there is a spare to delete.
  await api.deleteTask(spare, signal && { signal });
  signal?.throwIfAborted();

  const notBefore = now + SPARE_MS;
  const left = `A copy waits as '${spare}', due in 15 minutes or later, so that nothing is lost.`;
  try {
    await create(spare, notBefore);
  } catch (error) {
    await api.deleteTask(spare).catch(failWith(left));
    throw error;
  }
  const found = await deleteOneOf(names, (name) => api.deleteTask(name)).catch(
    failWith(`Whether the task was deleted is not known. ${left}`),
  );
  if (found === "missing") {
    await api.deleteTask(spare).catch(failWith(`There was no task to reschedule. ${left}`));
    return { result: "missing" };
  }
  const created = await createNext(move).catch(failWith(`The task is deleted. ${left}`));
  if (!created) {
    throw new Error(
      `The task is deleted, and cannot be given a name by which its 'id' finds it: it was rescheduled too often ` +
        `within an hour or, if names are kept longer, within that time. ${left}`,
    );
  }
  await api.deleteTask(spare).catch(failWith(`The task is rescheduled. ${left}`));
  return { result: created.isSure ? found : "uncertain", name: created.name };
}

/** Creates the task under the first name that is to be had. */
async function createNext({
  api,
  next,
  create,
}: Move): Promise<{ name: string; isSure: boolean } | undefined> {
  let isSure = true;
  for (const name of next) {
    const outcome = await create(name);
    if (outcome === "created") return { name, isSure };
    // Where it was created and nobody heard of it, another would be one too many.
    if (outcome === "uncertain" && (await api.deleteTask(name)) !== "deleted") isSure = false;
  }
  return undefined;
}

function failWith(words: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${words} ${reason}`, { cause: error });
  };
}
