import { isTaskQueue, QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { targetHost } from "../targets.ts";
import { at, isMissing, text } from "../values.ts";

export const queueTargetHttps: ResourceRule = {
  kind: "resource",
  name: "queue-target-https",
  severity: "mandatory",
  description:
    "Every queue but the dead-letter queue sends all of its tasks by HTTPS to a `run.app` host, the only one " +
    "at which Cloud Tasks counts as internal.",
  types: [QUEUE],
  check(queue) {
    if (!isTaskQueue(queue)) return [];
    const target = at(queue.properties, "httpTarget", "uriOverride");
    const fixed = Object.entries(REQUIRED).flatMap(([key, required]) => {
      const value = at(target, key);
      const place = `'httpTarget.uriOverride.${key}'`;
      if (isMissing(value)) return [`${titleOf(queue)} has no ${place}; set it to '${required}'.`];
      const given = text(value);
      if (given === undefined || given === required) return [];
      return [`${titleOf(queue)} has ${place} '${given}'; set it to '${required}'.`];
    });
    return [...fixed, ...hostProblems(at(target, "host"), titleOf(queue), targetHost(queue))];
  },
};

/** A task brings an address of its own, which must not count. */
const REQUIRED = { scheme: "HTTPS", uriOverrideEnforceMode: "ALWAYS" };

function hostProblems(value: unknown, title: string, host: string | undefined): string[] {
  const advice = "set it to the host of the worker's URL, which ends in '.run.app'";
  if (isMissing(value)) return [`${title} has no 'httpTarget.uriOverride.host'; ${advice}.`];
  if (host === undefined || host.endsWith(".run.app")) return [];
  return [`${title} has 'httpTarget.uriOverride.host' '${host}'; ${advice}.`];
}
