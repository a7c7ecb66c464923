import { setTimeout as sleep } from "node:timers/promises";
import { PermanentError } from "../../worker/errors.ts";
import type { Handlers } from "../fixtures/project/worker/handlers/handler.ts";

// Takes the place of worker/handlers/index.ts in a copy of the worker: handlers that do to their process
// what a handler should not. The subject of a mail, or the time zone of a digest, says what.

interface Delivery {
  /** 1 for the first. */
  readonly deliveryCount: number;
}

const BEHAVIOURS: Readonly<Record<string, (delivery: Delivery) => unknown>> = {
  succeeds: () => undefined,
  fails: () => {
    throw new Error("It cannot be done.");
  },
  "fails for good": () => {
    throw new PermanentError("It can never be done.");
  },
  "never returns": () => new Promise(() => undefined),
  "blocks the event loop": () => {
    for (;;);
  },
  exits: () => process.exit(1),
  "is killed once": async ({ deliveryCount }) => {
    if (deliveryCount > 1) return;
    process.kill(process.pid, "SIGKILL");
    await sleep(10_000);
  },
  "is told to stop once": async ({ deliveryCount }) => {
    if (deliveryCount > 1) return;
    process.kill(process.pid, "SIGTERM");
    // The stop gives it time enough.
    await sleep(500);
  },
};

function behave(behaviour: string, delivery: Delivery): unknown {
  const act = BEHAVIOURS[behaviour];
  if (!act) throw new PermanentError(`Unknown behaviour '${behaviour}'.`);
  return act(delivery);
}

export const handlers: Handlers = {
  "send-email": async ({ subject }, context) => {
    await behave(subject, context);
  },
  "send-digest": async ({ timeZone }, context) => {
    await behave(timeZone, context);
  },
};
