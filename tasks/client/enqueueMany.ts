import { isList, shown } from "./enqueueOptions.ts";

/** How `enqueueMany` goes about it. */
export interface Bulk {
  /**
   * Calls under way at once. At least 1.
   *
   * @default 16
   */
  readonly parallelism?: number;
  /**
   * Called after each item. What it throws stops nothing: it is not called again, and the error is thrown
   * once all items are through.
   *
   * @default - nothing
   */
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
  /** What 'onProgress' threw. */
  let fault: { readonly error: unknown } | undefined;

  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      try {
        results[index] = { ok: true, ...(await run(item)) };
      } catch (error) {
        failed++;
        results[index] = { ok: false, error: toError(error) };
      }
      done++;
      tell();
    }
  }

  function tell(): void {
    if (fault) return;
    try {
      onProgress?.({ done, failed, total: items.length });
    } catch (error) {
      fault = { error };
    }
  }

  await Promise.all(Array.from({ length: Math.min(parallelism, items.length) }, work));
  if (fault) throw fault.error;
  return results;
}

function checkList(items: unknown): void {
  if (!isList(items)) throw new Error(`The items are ${shown(items)}; they must be a list.`);
}

function toError(error: unknown): Error {
  try {
    if (error instanceof Error) return error;
  } catch {
    // Not even that can be asked of it.
  }
  return new Error(shown(error));
}
