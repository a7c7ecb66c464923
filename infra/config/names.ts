import type { Contract } from "../../tasks/contract/contract.ts";
import { PING_TASK } from "../../tasks/contract/ping.ts";
import { settingSecretName } from "../../tasks/contract/setting.ts";
import { inStackFile, inTasks } from "./places.ts";

/**
 * What a stack's names in the cloud begin with. They carry the stack, so that stacks share a project. What makes
 * something with a name takes this.
 */
export interface Naming {
  stack: string;

  /**
   * What comes before the stack, such as `acme-`.
   *
   * @default - nothing
   */
  namePrefix?: string;
}

function base({ stack, namePrefix = "" }: Naming): string {
  return `${namePrefix}${stack}`;
}

/** The names in the cloud of what a stack has one of. */
export function cloudNames(naming: Naming) {
  return {
    schedulerAccount: `${base(naming)}-scheduler`,
    repository: `${base(naming)}-worker`,
  };
}

/**
 * The worker that a stack has where none is declared, and that a queue is sent to which names none. What it has
 * is called by no key.
 */
export const DEFAULT_WORKER = "worker";

/** The names in the cloud of what a worker has. */
export function workerNames(naming: Naming, key: string) {
  const own = key === DEFAULT_WORKER ? "" : `-${key}`;
  return {
    service: `${base(naming)}-worker${own}`,
    workerAccount: `${base(naming)}-worker${own}`,
    invokerAccount: `${base(naming)}-invoker${own}`,
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
export function secretId(naming: Naming, setting: string): string {
  return `${base(naming)}-${settingSecretName(setting)}`;
}

/** What comes before the random suffix in a queue's name. */
export function queuePrefix(naming: Naming, key: string): string {
  return `${base(naming)}-${key}-`;
}

/** What comes before the random suffix in the id of a role, which has no '-'. */
export function rolePrefix(naming: Naming, key: string): string {
  return `${base(naming)}_${key}_`.replaceAll("-", "_");
}

/** The bytes of the random suffix. A queue's name cannot be used again for some days after its deletion. */
export const QUEUE_SUFFIX_BYTES = 4;

/** The name of a schedule's job. */
export function jobName(naming: Naming, key: string): string {
  return `${base(naming)}-${key}`;
}

/** The name of a log-based metric. */
export function logMetricName(naming: Naming, key: string): string {
  return `${base(naming)}-${key}`;
}

/** The name of the exclusion of requests that succeeded from the project's log. */
export function requestExclusionName(naming: Naming): string {
  return `${base(naming)}-requests-done`;
}

/** The name of the job that sends pings to a queue. */
export function pingJobName(naming: Naming, queue: string): string {
  return jobName(naming, `${PING_TASK}-${queue}`);
}

/** What is wrong with the names that this stack would make of a contract's. */
export function checkNames(
  naming: Naming,
  { workers = {}, queues, schedules }: Contract,
): string[] {
  // One reason is enough to rename a stack, or to shorten its prefix.
  const ofStack = stackProblem(naming);
  return [
    ...(ofStack === undefined ? [] : [ofStack]),
    ...Object.keys(workers).flatMap((key) => {
      // That of the stack's own is a problem already.
      if (key === DEFAULT_WORKER || ofStack !== undefined) return [];
      // The longest of its names, of those that may be the shortest.
      const { invokerAccount } = workerNames(naming, key);
      const problem = nameProblem("a service account", invokerAccount, LOWER_CASE, 30);
      return problem === undefined ? [] : [`${inTasks("workers", "worker", key)([])}: ${problem}`];
    }),
    ...Object.keys(queues).flatMap((key) => {
      const name = `${queuePrefix(naming, key)}${"0".repeat(QUEUE_SUFFIX_BYTES * 2)}`;
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
      const pinged = Object.keys(queues).find((queue) => key === `${PING_TASK}-${queue}`);
      if (pinged !== undefined) {
        return [
          `${inTasks("schedules", "schedule", key)([])} has the name of what sends pings to queue '${pinged}'; ` +
            "give it another name.",
        ];
      }
      const problem = nameProblem(
        "a Scheduler job",
        jobName(naming, key),
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

/** What is wrong with the names of what every stack has. */
function stackProblem({ stack, namePrefix = "" }: Naming): string | undefined {
  const ofStack = ownProblem({ stack });
  if (ofStack !== undefined) {
    return `Stack '${stack}': ${ofStack} Rename it: 'pulumi stack rename <name>'.`;
  }
  const ofPrefix = ownProblem({ stack, namePrefix });
  if (ofPrefix === undefined) return undefined;
  return `${inStackFile(stack)(["namePrefix"])} is '${namePrefix}'; ${ofPrefix} Shorten it.`;
}

/** The longest of them, of those that may be the shortest. */
function ownProblem(naming: Naming): string | undefined {
  return nameProblem("a service account", cloudNames(naming).schedulerAccount, LOWER_CASE, 30);
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
