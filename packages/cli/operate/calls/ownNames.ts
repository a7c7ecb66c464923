import { alternatives } from "../../../../tasks/contract/knownNames.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Operations } from "../../stack/outputs.ts";

/*
 * Which names are a stack's own: those of its output `operations`. No command touches another stack.
 */

/** A queue's full name by its key, `email` or `dead-letter`. Throws a usage error where there is none. */
export function queueNamed({ queues }: Operations, key: string): string {
  return named(queues, key, "queue");
}

/** A job's full name by the key of its schedule. Throws a usage error where there is none. */
export function scheduleNamed({ schedules }: Operations, key: string): string {
  return named(schedules, key, "schedule");
}

/** The key of a queue by its full name or that of one of its tasks. */
export function queueKeyOf({ queues }: Operations, name: string): string | undefined {
  const queue = queueOfTask(name);
  return Object.keys(queues).find((key) => queues[key] === queue);
}

/** The last part of a full name. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function named(names: Readonly<Record<string, string>>, key: string, kind: string): string {
  const name = Object.hasOwn(names, key) ? names[key] : undefined;
  if (name !== undefined) return name;
  throw new CommandError(
    EXIT.usage,
    `There is no ${kind} '${key}'. ${alternatives(key, `${kind}s`, Object.keys(names))}`,
  );
}

export function checkQueue({ stack, queues }: Operations, name: string): void {
  if (!Object.values(queues).includes(name)) refuse(stack, name);
}

export function checkTask(operations: Operations, name: string): void {
  if (!/\/tasks\/[A-Za-z0-9_-]{1,500}$/.test(name)) refuse(operations.stack, name);
  checkQueue(operations, queueOfTask(name));
}

export function checkJob({ stack, schedules }: Operations, name: string): void {
  if (!Object.values(schedules).includes(name)) refuse(stack, name);
}

export function checkService(operations: Operations, name: string): void {
  if (!operations.workers.some(({ service }) => service === name)) {
    refuse(operations.stack, name);
  }
}

function queueOfTask(name: string): string {
  return name.replace(/\/tasks\/[^/]*$/, "");
}

function refuse(stack: string, name: string): never {
  throw new CommandError(
    EXIT.usage,
    `'${name}' is not of stack '${stack}', whose output 'operations' names what is its own. Nothing was sent.`,
  );
}
