import type { DeployedQueue } from "./environment.ts";
import { taskHeaders, taskResource, type TaskResource } from "./taskRequest.ts";

/**
 * The task that the worker does itself, on any queue: nothing. That it is gone says that everything between
 * a queue and a handler works. No entry of `tasks/tasks.ts` may have its name.
 */
export const PING_TASK = "ping";

/** A ping for that queue. `id` is its task id. */
export function pingTask(
  { name, dispatchDeadline }: DeployedQueue,
  id: string,
): TaskResource & { readonly name: string } {
  const headers = { [taskHeaders.enqueueId]: id, [taskHeaders.idempotencyKey]: id };
  const resource = taskResource(PING_TASK, "{}", { dispatchDeadline, headers });
  return { ...resource, name: `${name}/tasks/${id}` };
}
