import { holds, memberOf } from "../grants.ts";
import { titleOf, UNKNOWN, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, isMissing, number, text } from "../values.ts";
import { deadLetterQueueOf, VARIABLES, workersOf, type Worker } from "../workers.ts";

export const deadLettersKept: StackRule = {
  kind: "stack",
  name: "dead-letters-kept",
  severity: "mandatory",
  description:
    "What fails for the last time is kept: each worker is told of a queue of the stack that is paused, without a " +
    "target and without an end of attempts, so that its tasks stay even if somebody resumes it; and the worker's " +
    "account may put tasks there and take them back.",
  check(resources) {
    return workersOf(resources).flatMap((worker): Finding[] => {
      const { resource } = worker.service;
      const queue = deadLetterQueueOf(worker, resources);
      if (queue === UNKNOWN) return [];
      if (queue) {
        return [
          ...problems(queue).map((message) => ({ resource: queue, message })),
          ...missingGrants(worker, queue, resources).map((message) => ({
            resource: queue,
            message,
          })),
        ];
      }
      const given = text(worker.deadLetterQueue);
      const has =
        given === undefined
          ? `no '${VARIABLES.deadLetterQueue}'`
          : `'${VARIABLES.deadLetterQueue}' '${given}', which is no queue of this stack`;
      const message = `${titleOf(resource)} has ${has}, and a task that fails for the last time would vanish; set it to one.`;
      return [{ resource, message }];
    });
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
    ...["httpTarget", "appEngineRoutingOverride"].flatMap((key) =>
      isMissing(at(properties, key))
        ? []
        : [`${title} has '${key}', to which it would send its tasks once resumed; remove it.`],
    ),
    ...(attempts === undefined || attempts === -1
      ? []
      : [`${title} has 'retryConfig.maxAttempts' '${attempts}'; set it to '-1'.`]),
    ...duration(queue),
  ];
}

function duration(queue: Resource): string[] {
  const value = text(at(queue.properties, "retryConfig", "maxRetryDuration"));
  if (value === undefined || value === "0s") return [];
  return [
    `${titleOf(queue)} has 'retryConfig.maxRetryDuration' '${value}', after which its tasks end once it is resumed; ` +
      "remove it.",
  ];
}

/** A dead letter is put there, and taken back if its task succeeds after all. */
const ROLES = ["roles/cloudtasks.enqueuer", "roles/cloudtasks.taskDeleter"];

function missingGrants(worker: Worker, queue: Resource, resources: readonly Resource[]): string[] {
  const account = text(worker.service.serviceAccount.value);
  if (account === undefined) return [];
  return ROLES.filter((role) => holds(resources, queue, role, memberOf(account)) === false).map(
    (role) =>
      `${titleOf(queue)} gives '${role}' not to '${memberOf(account)}', the worker's account; grant it without a ` +
      "condition, and remove the IAM policy or binding that takes it away.",
  );
}
