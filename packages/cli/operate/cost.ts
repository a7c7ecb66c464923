import { countWords } from "../command/words.ts";

/** USD for a million operations, beyond the free million of a month. https://cloud.google.com/tasks/pricing, 2026-09-30 */
const PER_MILLION = 0.4;

/** From how many tasks on it is said what a list costs: Google charges each task listed as an operation. */
const FROM = 10_000;

/** What it costs to list so many tasks, where that is worth a word. */
export function listCost(tasks: number): string | undefined {
  if (tasks <= FROM) return undefined;
  const dollars = ((tasks / 1_000_000) * PER_MILLION).toFixed(2);
  return `Listing ${countWords(tasks)} tasks is as many operations, $${dollars}.`;
}
