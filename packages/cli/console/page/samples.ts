import { STATS_MS } from "./asking.ts";

/** How many tasks each queue held at one moment. */
export interface Sample {
  /** By the clock of the cloud, in milliseconds. */
  readonly time: number;
  /** When the page was told, by the clock of its machine: a virtual clock stands, or is moved by hours. */
  readonly told: number;
  /** By the keys of the queues; nothing of one that was not asked, and of none where nobody was told. */
  readonly tasks: Readonly<Record<string, number>>;
}

/** Samples that are kept: an hour of them at the pace of production. */
export const MOST_SAMPLES = 720;

/** Who was told nothing for longer missed answers: its tab was hidden, or nobody answered. */
export const GAP_MS = 3 * STATS_MS;

/** Adds a sample. One without tasks goes before it where the page was told nothing in between: there a line breaks. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const latest = samples.at(-1);
  // A clock that stands tells what there is now.
  if (latest?.time === next.time) return [...samples.slice(0, -1), next];
  const isTold = latest === undefined || next.told - latest.told <= GAP_MS;
  const gap = isTold ? [] : [{ ...next, time: (latest.time + next.time) / 2, tasks: {} }];
  return [...samples, ...gap, next].slice(-MOST_SAMPLES);
}
