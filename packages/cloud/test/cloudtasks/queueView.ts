import type { QueueState } from "../../cloudtasks/queueCore.ts";
import type { Delivery, Task } from "../../cloudtasks/task.ts";
import type { ModelDelivery, ModelTask, QueueModel } from "./queueModel.ts";

/** What there is to see of a queue. `names` are those that may be in use, or may not be again yet. */
export function viewOfQueue(queue: QueueState, names: readonly string[], now: number) {
  return {
    paused: queue.paused,
    running: queue.running,
    waiting: queue.due.size,
    answers: queue.answers.at(now),
    buried: names.filter((name) => queue.tombstones.has(name, now)),
    tasks: [...queue.tasks.values()].map(viewOfTask),
  };
}

/** The same of its model. */
export function viewOfModel(model: QueueModel, names: readonly string[]): object {
  return {
    paused: model.paused,
    running: model.running,
    waiting: model.tasks.filter(({ waits }) => waits).length,
    answers: model.answersOfLastMinute,
    buried: names.filter((name) => model.isBuried(name)),
    tasks: model.tasks.map(viewOfModelTask),
  };
}

/** What a delivery tells the worker. */
export function viewOfDelivery(delivery: Delivery): object {
  const { task, dispatchCount, scheduleTime, dispatchTime, forced } = delivery;
  const { executionCount, previousStatus } = delivery;
  return {
    id: task.id,
    dispatchCount,
    scheduleTime,
    dispatchTime,
    forced,
    executionCount,
    previousStatus,
  };
}

/** The same of a delivery that the model has begun just now (google-cloud.md 1.9). */
export function viewOfModelDelivery(delivery: ModelDelivery): object {
  const { task, scheduleTime, dispatchTime, forced } = delivery;
  const earlier = task.deliveries.slice(0, -1);
  return {
    id: task.id,
    dispatchCount: task.deliveries.length,
    scheduleTime,
    dispatchTime,
    forced,
    executionCount: earlier.filter(isExecution).length,
    previousStatus: earlier.length > 0 ? (earlier.at(-1)?.status ?? 0) : undefined,
  };
}

/** What there is to see of a task. */
export function viewOfTask(task: Task): object {
  const { id, dueTime, dispatchCount, responseCount, executionCount, lastAttempt } = task;
  return {
    id,
    dueTime,
    waits: task.heapIndex >= 0,
    dispatchCount,
    responseCount,
    executionCount,
    firstDispatchTime: task.firstDispatchTime,
    last: lastAttempt && viewOfTimes(lastAttempt),
  };
}

function viewOfModelTask({ id, dueTime, waits, deliveries }: ModelTask): object {
  const last = deliveries.at(-1);
  return {
    id,
    dueTime,
    waits,
    dispatchCount: deliveries.length,
    responseCount: deliveries.filter(({ responseTime }) => responseTime !== undefined).length,
    executionCount: deliveries.filter(isExecution).length,
    firstDispatchTime: deliveries[0]?.dispatchTime,
    last: last && viewOfTimes(last),
  };
}

type Times = Pick<ModelDelivery, "scheduleTime" | "dispatchTime" | "responseTime" | "status">;

function viewOfTimes({ scheduleTime, dispatchTime, responseTime, status }: Times): object {
  return { scheduleTime, dispatchTime, responseTime, status };
}

/** An answer outside 5xx. */
function isExecution({ status = 0 }: ModelDelivery): boolean {
  return status > 0 && status < 500;
}
