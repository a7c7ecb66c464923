import { contract } from "../../../tasks/index.ts";
import type { HandlerContext } from "../../../worker/handler.ts";

type Stack = typeof contract;

const ignore = () => {};

/** What a handler is told of its delivery, for tests of the handler alone. Its settings are examples. */
export function handlerContext<Name extends keyof Stack["tasks"]>(
  change: Partial<HandlerContext<Stack, Name>> = {},
): HandlerContext<Stack, Name> {
  const examples = Object.entries(contract.settings).map(([name, { schema, example }]) => [
    name,
    schema.parse(example),
  ]);
  return {
    taskId: "task-1",
    idempotencyKey: "key-1",
    attempt: 1,
    deliveryCount: 1,
    scheduledTime: new Date("2026-11-24T06:00:00Z"),
    settings: Object.fromEntries(examples) as HandlerContext<Stack, Name>["settings"],
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    enqueue: () => Promise.reject(new Error("This test enqueues nothing.")),
    ...change,
  };
}
