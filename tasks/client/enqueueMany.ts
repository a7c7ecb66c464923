import { shown } from "./enqueueOptions.ts";

/** How `enqueueMany` goes about it. */
export interface Bulk {
  /**
   * Calls under way at once. At least 1.
   *
   * @default 16
   */
  readonly parallelism?: number;
  /** Called after each item. @default - nothing */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** What became of one item. */
export type BulkResult<Value> =
  ({ readonly ok: true } & Value) | { readonly ok: false; readonly error: Error };

/** Runs `run` for every item, at most `parallelism` at once. The results are in the items' order. */
export async function runAll<Item, Value>(
  items: readonly Item[],
  run: (item: Item) => Promise<Value>,
  { parallelism = 16, onProgress }: Bulk = {},
): Promise<BulkResult<Value>[]> {
  checkList(items);
  if (!Number.isInteger(parallelism) || parallelism < 1) {
    throw new Error(
      `'parallelism' is ${shown(parallelism)}; it must be a whole number of at least 1.`,
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new Error(`'onProgress' is ${shown(onProgress)}; it must be a function.`);
  }
  const results: BulkResult<Value>[] = [];
  // Shared by the workers below: each takes the next item.
  const queue = items.entries();
  let done = 0;
  let failed = 0;

  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      try {
        results[index] = { ok: true, ...(await run(item)) };
      } catch (error) {
        failed++;
        results[index] = { ok: false, error: toError(error) };
      }
      done++;
      onProgress?.({ done, failed, total: items.length });
    }
  }

  await Promise.all(Array.from({ length: Math.min(parallelism, items.length) }, work));
  return results;
}

function checkList(items: unknown): void {
  if (!Array.isArray(items)) throw new Error(`The items are ${shown(items)}; they must be a list.`);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
