import { BACKOFF_LIMITS } from "@background-tasks/google/backoff.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { z } from "zod";
import type { QueueSettings, RetryConfig } from "../../tasks/contract/contract.ts";
import { knownDurationMs } from "../../tasks/contract/duration.ts";
import { maxWait } from "./alertSettings.ts";
import type { Overridden } from "./overrides.ts";
import type { Place } from "./places.ts";
import { describeIssues, IN_WORDS } from "./problems.ts";
import * as rules from "./rules.ts";

const CLOUD_TASKS = "Cloud Tasks allows";

/** What Cloud Tasks and this project allow for each setting of a queue. */
const queueSettings = rules.group({
  worker: z.string({ error: "it must be the name of a worker" }).optional(),
  rateLimits: rules.group({
    maxDispatchesPerSecond: rules.number(CLOUD_TASKS, { min: 0, max: 500, above: true }),
    maxConcurrentDispatches: rules.wholeNumber(CLOUD_TASKS, { min: 1, max: 5000 }),
  }),
  retryConfig: rules.group({
    // Cloud Tasks would make more; the worker needs five beyond these, of at most 1000 deliveries.
    maxAttempts: rules.wholeNumber("it must be", { min: 1, max: 995 }),
    // Cloud Tasks takes 0 for its own default, which is this.
    minBackoff: rules.duration(CLOUD_TASKS, { min: 0.1 }),
    maxBackoff: rules.duration(CLOUD_TASKS, { min: 0.1 }),
    maxDoublings: rules.wholeNumber(CLOUD_TASKS, { min: 0, max: 16 }),
  }),
  dispatchDeadline: rules.duration(CLOUD_TASKS, { min: 15, max: 1800 }),
  maxWait: maxWait.optional(),
  retired: rules.boolean().optional(),
});

/** The queues' settings, those that keep the rules; what does not is added to `problems`. */
export function parseQueues(
  { entries, placeOf }: Overridden,
  problems: string[],
): Record<string, QueueSettings> {
  const parsed: Record<string, QueueSettings> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const place = placeOf(name);
    const result = queueSettings.safeParse(entry, IN_WORDS);
    const broken = result.success
      ? checkBackoff(result.data.retryConfig, place)
      : describeIssues(place, entry, result.error.issues);
    problems.push(...broken);
    if (!result.success || broken.length > 0) continue;
    const { retired, worker, maxWait: wait, ...settings } = result.data;
    parsed[name] = {
      ...settings,
      ...(wait !== undefined && { maxWait: wait }),
      ...(worker !== undefined && { worker }),
      ...(retired === true && { retired }),
    };
  }
  return parsed;
}

function checkBackoff(
  { minBackoff, maxBackoff, maxDoublings }: RetryConfig,
  place: Place,
): string[] {
  const backoff = {
    minBackoffMs: knownDurationMs(minBackoff),
    maxBackoffMs: knownDurationMs(maxBackoff),
    maxDoublings,
  };
  if (brokenLimits(BACKOFF_LIMITS, backoff).length === 0) return [];
  const min = place(["retryConfig", "minBackoff"]);
  const max = place(["retryConfig", "maxBackoff"]);
  const isBeside = max === min.replace("minBackoff", "maxBackoff");
  const where = isBeside ? "" : ` (${max})`;
  return [
    `${min} is '${minBackoff}'; Cloud Tasks allows at most 'maxBackoff', '${maxBackoff}'${where}.`,
  ];
}
