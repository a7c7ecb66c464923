import { JOB, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, seconds, text } from "../values.ts";

export const jobAttemptDeadline: ResourceRule<{ longest: string }> = {
  kind: "resource",
  name: "job-attempt-deadline",
  severity: "mandatory",
  description: "A Scheduler job, which only enqueues a task, says how long it waits for an answer.",
  settings: { longest: { description: "The longest wait.", default: "180s" } },
  types: [JOB],
  check(job, { longest }) {
    const value = at(job.properties, "attemptDeadline");
    const advice = `set it to a duration from '15s' to '${longest}'`;
    if (isMissing(value)) return [`${titleOf(job)} has no 'attemptDeadline'; ${advice}.`];
    const deadline = seconds(value);
    if (deadline === undefined) return [];
    if (deadline >= 15 && deadline <= (seconds(longest) ?? Infinity)) return [];
    return [`${titleOf(job)} has 'attemptDeadline' '${String(text(value))}'; ${advice}.`];
  },
};
