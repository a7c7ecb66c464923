import { isTaskQueue, SERVICE, titleOf, UNKNOWN, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import {
  at,
  couldBe,
  isMapping,
  isMissing,
  items,
  json,
  number,
  seconds,
  text,
} from "../values.ts";

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
    const tables = tablesOf(resources);
    return resources.filter(isTaskQueue).flatMap((queue) => {
      const counted = entryOf(queue, tables);
      const messages = counted === UNKNOWN ? [] : problems(queue, counted, maxDeliveries);
      return [...messages, ...extension(queue)].map((message) => ({ resource: queue, message }));
    });
  },
};

/** The variable that tells the worker the settings of its queues. */
const QUEUES_VARIABLE = "TASKS_QUEUES";

/** What workers are told of their queues: by JSON, or not known yet. */
function tablesOf(resources: readonly Resource[]): unknown[] {
  return resources
    .filter(({ type }) => type === SERVICE)
    .flatMap(({ properties }) => known(at(properties, "template", "containers")))
    .flatMap((container) => known(at(container, "envs")))
    .filter((env) => env === UNKNOWN || couldBe(at(env, "name"), QUEUES_VARIABLE))
    .map((env) => (at(env, "value") === UNKNOWN ? UNKNOWN : json(at(env, "value"))));
}

/** What a list holds; of one that is not known, something that is not. */
function known(list: unknown): readonly unknown[] {
  return list === UNKNOWN ? [UNKNOWN] : items(list);
}

/** What a worker is told of a queue, if anything; unknown for as long as it could be told. */
function entryOf(queue: Resource, tables: readonly unknown[]): unknown {
  const name = text(at(queue.properties, "name"));
  const entries = tables.flatMap((table) => (isMapping(table) ? Object.values(table) : []));
  const entry = entries.find((one) => text(at(one, "name"))?.endsWith(`/queues/${name}`));
  return entry ?? (name === undefined || tables.includes(UNKNOWN) ? UNKNOWN : undefined);
}

function problems(queue: Resource, counted: unknown, maxDeliveries: number): string[] {
  const value = at(queue.properties, "retryConfig", "maxAttempts");
  const maxAttempts = number(value);
  if (maxAttempts === undefined && !isMissing(value)) return [];
  const has = `${titleOf(queue)} has ${isMissing(value) ? "no 'retryConfig.maxAttempts'" : `'retryConfig.maxAttempts' '${maxAttempts}'`}`;
  if (counted === undefined) {
    if (maxAttempts !== undefined && maxAttempts > 0 && maxAttempts <= maxDeliveries) return [];
    return [
      `${has}, and no worker counts its deliveries, as no '${QUEUES_VARIABLE}' names it; set it to a number from ` +
        `1 to ${maxDeliveries}.`,
    ];
  }
  const most = number(at(counted, "maxDeliveries"));
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
          `${titleOf(queue)} has in '${QUEUES_VARIABLE}' 'maxDeliveries' '${String(most)}', after which the worker ends ` +
            `a task; it must be a number from 1 to ${maxDeliveries}: use longer back-offs or a shorter outage window.`,
        ]),
  ];
}

/** Google joins the two ends of a task by AND; where there is no number of attempts, time alone ends it. */
function extension(queue: Resource): string[] {
  const duration = at(queue.properties, "retryConfig", "maxRetryDuration");
  if (typeof duration !== "string" || isMissing(duration) || seconds(duration) === 0) return [];
  return [
    `${titleOf(queue)} has 'retryConfig.maxRetryDuration' '${duration}', which moves the end of a task to where nobody ` +
      "counts; remove it.",
  ];
}
