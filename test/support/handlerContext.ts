import type { TaskName } from "../../tasks/tasks.ts";
import type { HandlerContext } from "../../worker/handler.ts";

const ignore = () => {};

/** What a handler is told of its delivery, for tests of the handler alone. */
export function handlerContext<Name extends TaskName>(
  change: Partial<HandlerContext<Name>> = {},
): HandlerContext<Name> {
  return {
    taskId: "task-1",
    idempotencyKey: "key-1",
    attempt: 1,
    deliveryCount: 1,
    scheduledTime: new Date("2026-11-24T06:00:00Z"),
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    enqueue: () => Promise.reject(new Error("This test enqueues nothing.")),
    ...change,
  };
}
