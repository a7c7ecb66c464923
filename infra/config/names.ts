import type { Contract } from "../../tasks/contract/contract.ts";
import { settingSecretName } from "../../tasks/contract/setting.ts";
import { inTasks } from "./places.ts";

/** The names in the cloud of what a stack has one of. They carry the stack, so that stacks share a project. */
export function cloudNames(stack: string) {
  return {
    schedulerAccount: `${stack}-scheduler`,
    repository: `${stack}-worker`,
  };
}

/**
 * The worker that a stack has where none is declared, and that a queue is sent to which names none. What it has
 * is called by no key.
 */
export const DEFAULT_WORKER = "worker";

/** The names in the cloud of what a worker has. */
export function workerNames(stack: string, key: string) {
  const own = key === DEFAULT_WORKER ? "" : `-${key}`;
  return {
    service: `${stack}-worker${own}`,
    workerAccount: `${stack}-worker${own}`,
    invokerAccount: `${stack}-invoker${own}`,
  };
}

/**
 * The name in the program of what a worker has: `worker-invoker`, and `worker-invoker:reports` of the worker
 * `reports`. No key has a ':', so that no two of these are ever the same.
 */
export function ofWorker(name: string, key: string): string {
  return key === DEFAULT_WORKER ? name : `${name}:${key}`;
}

/** The id of a setting's secret. */
export function secretId(stack: string, setting: string): string {
  return `${stack}-${settingSecretName(setting)}`;
}

/** What comes before the random suffix in a queue's name. */
export function queuePrefix(stack: string, key: string): string {
  return `${stack}-${key}-`;
}

/** The bytes of the random suffix. A queue's name cannot be used again for some days after its deletion. */
export const QUEUE_SUFFIX_BYTES = 4;

/** The name of a schedule's job. */
export function jobName(stack: string, key: string): string {
  return `${stack}-${key}`;
}

/** What is wrong with the names that this stack would make of a contract's. */
export function checkNames(stack: string, { workers = {}, queues, schedules }: Contract): string[] {
  const { service } = workerNames(stack, DEFAULT_WORKER);
  const problems = [
    nameProblem("a service account", cloudNames(stack).schedulerAccount, LOWER_CASE, 30),
    nameProblem("a Cloud Run service", service, LOWER_CASE, 49),
  ].filter((problem) => problem !== undefined);
  const first = problems[0];
  return [
    // One reason is enough to rename a stack.
    ...(first === undefined
      ? []
      : [`Stack '${stack}': ${first} Rename it: 'pulumi stack rename <name>'.`]),
    ...Object.keys(workers).flatMap((key) => {
      // That of the stack's own is a problem already.
      if (key === DEFAULT_WORKER || first !== undefined) return [];
      // The longest of its names, of those that may be the shortest.
      const { invokerAccount } = workerNames(stack, key);
      const problem = nameProblem("a service account", invokerAccount, LOWER_CASE, 30);
      return problem === undefined ? [] : [`${inTasks("workers", "worker", key)([])}: ${problem}`];
    }),
    ...Object.keys(queues).flatMap((key) => {
      const name = `${queuePrefix(stack, key)}${"0".repeat(QUEUE_SUFFIX_BYTES * 2)}`;
      const problem = nameProblem(
        "a queue",
        name,
        /^[A-Za-z0-9-]+$/,
        100,
        "letters, digits and '-'",
      );
      return problem === undefined ? [] : [`${inTasks("queues", "queue", key)([])}: ${problem}`];
    }),
    ...Object.keys(schedules).flatMap((key) => {
      const problem = nameProblem(
        "a Scheduler job",
        jobName(stack, key),
        /^[A-Za-z0-9_-]+$/,
        500,
        "letters, digits, '-' and '_'",
      );
      return problem === undefined
        ? []
        : [`${inTasks("schedules", "schedule", key)([])}: ${problem}`];
    }),
  ];
}

const LOWER_CASE = /^[a-z][a-z0-9-]*[a-z0-9]$/;

function nameProblem(
  what: string,
  name: string,
  form: RegExp,
  max: number,
  characters = "lower-case letters, digits and '-', the first a letter",
): string | undefined {
  if (form.test(name) && name.length <= max) return undefined;
  return `the name of ${what} would be '${name}'; Google allows at most ${max} characters: ${characters}.`;
}
