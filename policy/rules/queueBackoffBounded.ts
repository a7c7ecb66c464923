import { QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, seconds, text } from "../values.ts";

export const queueBackoffBounded: ResourceRule<{ shortest: string; longest: string }> = {
  kind: "resource",
  name: "queue-backoff-bounded",
  severity: "mandatory",
  description:
    "A queue waits between deliveries of a task that fails: neither so short that it hammers the worker, nor " +
    "so long that nobody waits for it.",
  settings: {
    shortest: { description: "The least `minBackoff`.", default: "1s" },
    longest: { description: "The greatest `maxBackoff`.", default: "3600s" },
  },
  types: [QUEUE],
  check(queue, { shortest, longest }) {
    const retry = at(queue.properties, "retryConfig");
    const bounds = `'${shortest}' to '${longest}'`;
    const problems = ["minBackoff", "maxBackoff"].flatMap((key) => {
      const value = at(retry, key);
      if (isMissing(value)) {
        return [
          `${titleOf(queue)} has no 'retryConfig.${key}'; set it to a duration from ${bounds}.`,
        ];
      }
      const backoff = seconds(value);
      if (backoff === undefined) return [];
      if (backoff >= (seconds(shortest) ?? 0) && backoff <= (seconds(longest) ?? Infinity))
        return [];
      return [
        `${titleOf(queue)} has 'retryConfig.${key}' '${String(text(value))}'; set it to a duration from ` +
          `${bounds}.`,
      ];
    });
    const [min, max] = [seconds(at(retry, "minBackoff")), seconds(at(retry, "maxBackoff"))];
    if (min === undefined || max === undefined || !(min > max)) return problems;
    return [
      ...problems,
      `${titleOf(queue)} has 'retryConfig.minBackoff' '${min}s', which is above 'maxBackoff', '${max}s'; lower it.`,
    ];
  },
};
