import fc from "fast-check";
import type { QueueLimits } from "../../cloudtasks/queueCore.ts";
import type { RetryConfig } from "../../target/retryConfig.ts";

/** How a delivery ends: with a status, with 0 for no answer, or at its deadline. */
export type Outcome = number | "timeout";

/** What happens to a queue. `which` counts through what there is, and around again. */
export type Step =
  /** Without a name the task gets one of its own. */
  | { do: "create"; name: string | undefined; delayMs: number; retry: RetryConfig | undefined }
  | { do: "answer"; which: number; outcome: Outcome }
  | { do: "run" | "delete"; which: number }
  /** Time passes and nothing looks at the queue meanwhile, as on a machine that is busy. */
  | { do: "wait"; ms: number }
  /** Time passes until the queue asks to be looked at. */
  | { do: "wake" }
  | { do: "purge" | "pause" | "resume" }
  | { do: "limit"; limits: QueueLimits };

export type StepOf<Do extends Step["do"]> = Extract<Step, { do: Do }>;

const SECOND = 1000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** Few values, so that limits and waits often meet to the millisecond. */
const durationMs = fc.constantFrom(0, 1, 7, 64, SECOND, 10 * SECOND, HOUR, DAY);

const retryConfig: fc.Arbitrary<RetryConfig> = fc.record({
  maxAttempts: fc.constantFrom(1, 2, 3, 5, -1),
  maxRetryDurationMs: fc.constantFrom(0, 64, 10 * SECOND, HOUR),
  minBackoffMs: fc.constantFrom(1, 64, 100, 10 * SECOND),
  maxBackoffMs: fc.constantFrom(10 * SECOND, 35 * SECOND, HOUR),
  maxDoublings: fc.nat(3),
});

/**
 * Rates whose tokens are powers of two of milliseconds apart. They make sums of times and tokens exact, so
 * that model and queue must agree to the last bit.
 */
const ratePerSecond = fc.constantFrom(500, 62.5, 1000 / 128, 1000 / 1024, 1000 / 8192);

/** The limits of a queue. */
export const limitsArbitrary: fc.Arbitrary<QueueLimits> = fc.record({
  ratePerSecond,
  burst: fc.integer({ min: 1, max: 5 }),
  maxConcurrent: fc.constantFrom(1, 2, 3, 1000),
  retry: retryConfig,
  retentionMs: fc.constantFrom(31 * DAY, 10 * DAY),
  tombstoneMs: fc.constantFrom(HOUR, DAY, 9 * DAY),
});

const which = fc.nat(9);

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("create" as const),
      name: fc.constantFrom(undefined, undefined, undefined, "a", "b"),
      delayMs: fc.oneof(fc.constant(0), durationMs),
      retry: fc.oneof(fc.constant(undefined), retryConfig),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      which,
      outcome: fc.constantFrom(200, 204, 302, 404, 429, 500, 503, 599, 0, "timeout" as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: durationMs }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("run", "delete"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("purge", "pause") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("resume" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("limit" as const), limits: limitsArbitrary }),
  },
);

/** A history, of forty steps on average. */
export const stepsArbitrary = fc.array(stepArbitrary, { maxLength: 80, size: "max" });
