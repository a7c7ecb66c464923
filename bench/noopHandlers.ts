import type { Handlers } from "../test/fixtures/project/worker/handlers/handler.ts";

/**
 * Handlers that do nothing, in the place of the worker's own. That of `send-digest` says how late it was
 * called: its task's Idempotency-Key is the time for which it was scheduled.
 */
export const handlers: Handlers = {
  "send-email": async () => undefined,
  "send-digest": async (_payload, { idempotencyKey, log }) => {
    const now = performance.timeOrigin + performance.now();
    log.info({ lateMs: now - Number(idempotencyKey) }, "Arrived.");
  },
};
