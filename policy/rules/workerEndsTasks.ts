import { findNamed } from "../names.ts";
import { QUEUE, titleOf, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, isMissing, number, seconds } from "../values.ts";
import { entriesOf, queueParts, VARIABLES, workersOf, type Part, type Worker } from "../workers.ts";

export const workerEndsTasks: StackRule<{ maxDeliveries: number }> = {
  kind: "stack",
  name: "worker-ends-tasks",
  severity: "mandatory",
  description:
    "No task is given up unseen, and none goes on for ever: a queue whose worker counts deliveries, as its " +
    "`TASKS_QUEUES` says, leaves the end of its tasks to it (`maxAttempts` -1); any other queue has a bound.",
  settings: {
    maxDeliveries: { description: "Deliveries of one task, at most.", default: 1000 },
  },
  check(resources, { maxDeliveries }) {
    const ofQueues = [...queueParts(resources)].flatMap(([queue, part]) => {
      if (part.is === "dead letters") return [];
      const messages = part.is === "unknown" ? [] : problems(queue, part, maxDeliveries);
      return [...messages, ...extension(queue)].map((message) => ({ resource: queue, message }));
    });
    return [...ofQueues, ...workersOf(resources).flatMap((worker) => strangers(worker, resources))];
  },
};

/** What a worker is told of and the stack does not have: nobody judges such a queue. */
function strangers(worker: Worker, resources: readonly Resource[]): Finding[] {
  const queues = resources.filter(({ type }) => type === QUEUE);
  const { resource } = worker.service;
  return entriesOf(worker)
    .map((entry) => at(entry, "name"))
    .filter((name) => findNamed(queues, name) === undefined)
    .map((name) => ({
      resource,
      message:
        `${titleOf(resource)} has in '${VARIABLES.queues}' the queue '${String(name)}', which is none of this stack; ` +
        "remove it or add the queue.",
    }));
}

function problems(queue: Resource, part: Part, maxDeliveries: number): string[] {
  const value = at(queue.properties, "retryConfig", "maxAttempts");
  const maxAttempts = number(value);
  if (maxAttempts === undefined && !isMissing(value)) return [];
  const has = `${titleOf(queue)} has ${isMissing(value) ? "no 'retryConfig.maxAttempts'" : `'retryConfig.maxAttempts' '${maxAttempts}'`}`;
  if (part.is !== "work") {
    if (maxAttempts !== undefined && maxAttempts > 0 && maxAttempts <= maxDeliveries) return [];
    return [
      `${has}, and no worker counts its deliveries, as no '${VARIABLES.queues}' names it; set it to a number from ` +
        `1 to ${maxDeliveries}.`,
    ];
  }
  const most = number(at(part.entry, "maxDeliveries"));
  return [
    ...(maxAttempts === -1
      ? []
      : [
          `${has}, at which Cloud Tasks drops what the worker has not ended; set it to '-1': the worker ends each ` +
            "task after its 'maxDeliveries'.",
        ]),
    ...(most !== undefined && most > 0 && most <= maxDeliveries
      ? []
      : [
          `${titleOf(queue)} has in '${VARIABLES.queues}' 'maxDeliveries' '${String(most)}', after which the worker ends ` +
            `a task; it must be a number from 1 to ${maxDeliveries}: use longer back-offs or a shorter outage window.`,
        ]),
  ];
}

/** Google joins the two ends of a task by AND; where `maxAttempts` is -1, time alone ends it. */
function extension(queue: Resource): string[] {
  const duration = at(queue.properties, "retryConfig", "maxRetryDuration");
  if (typeof duration !== "string" || isMissing(duration) || seconds(duration) === 0) return [];
  return [
    `${titleOf(queue)} has 'retryConfig.maxRetryDuration' '${duration}', which moves the end of a task to where nobody ` +
      "counts; remove it.",
  ];
}
