import { DEAD_LETTER_QUEUE, QUEUE, titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, isMissing, number, text } from "../values.ts";

export const deadLetterQueueExistsPaused: StackRule = {
  kind: "stack",
  name: "dead-letter-queue-exists-paused",
  severity: "mandatory",
  description:
    "There is a queue `dead-letter` that keeps what failed for the last time: paused, without a target, and " +
    "without an end of attempts, so that its tasks stay even if somebody resumes it.",
  check(resources) {
    const queues = resources.filter(({ type }) => type === QUEUE);
    // A stack without queues has nothing that could fail.
    if (queues.length === 0) return [];
    const queue = queues.find(({ name }) => name === DEAD_LETTER_QUEUE);
    if (queue) return problems(queue).map((message) => ({ resource: queue, message }));
    return [
      {
        message:
          `The stack has no queue '${DEAD_LETTER_QUEUE}', and a task that fails for the last time would vanish; ` +
          "add it.",
      },
    ];
  },
};

function problems(queue: Resource): string[] {
  const title = titleOf(queue);
  const { properties } = queue;
  const given = at(properties, "desiredState");
  const state = isMissing(given) ? "RUNNING" : text(given);
  const maxAttempts = at(properties, "retryConfig", "maxAttempts");
  const attempts = isMissing(maxAttempts) ? 100 : number(maxAttempts);
  return [
    ...(state === undefined || state === "PAUSED"
      ? []
      : [`${title} has 'desiredState' '${state}'; set it to 'PAUSED'.`]),
    ...(isMissing(at(properties, "httpTarget"))
      ? []
      : [`${title} has 'httpTarget', to which it would send its tasks once resumed; remove it.`]),
    ...(attempts === undefined || attempts === -1
      ? []
      : [`${title} has 'retryConfig.maxAttempts' '${attempts}'; set it to '-1'.`]),
  ];
}
