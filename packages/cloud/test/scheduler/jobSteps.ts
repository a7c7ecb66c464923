import fc from "fast-check";
import type { RetryConfig } from "../../target/retryConfig.ts";
import type { Schedule } from "../../scheduler/schedule.ts";

/** What a job may be set to. */
export interface Settings {
  readonly everyMs: number;
  readonly retry: RetryConfig;
}

/** What happens to a job. `which` counts through the attempts under way, and around again. */
export type Step =
  | { do: "answer"; which: number; succeeded: boolean }
  /** Time passes and nothing looks at the job meanwhile, as on a machine that is busy. */
  | { do: "wait"; ms: number }
  /** Time passes until the job asks to be looked at. */
  | { do: "wake" | "run" | "pause" | "resume" }
  | { do: "set"; settings: Settings };

export type StepOf<Do extends Step["do"]> = Extract<Step, { do: Do }>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The settings of a job: times that meet often, and every `retryCount` there is. */
export const settingsArbitrary: fc.Arbitrary<Settings> = fc.record({
  everyMs: fc.constantFrom(MINUTE, 10 * MINUTE, HOUR),
  retry: fc.record({
    maxAttempts: fc.integer({ min: 1, max: 6 }),
    maxRetryDurationMs: fc.constantFrom(0, 10 * SECOND, MINUTE, 20 * MINUTE),
    minBackoffMs: fc.constantFrom(5 * SECOND, 20 * SECOND, MINUTE),
    maxBackoffMs: fc.constantFrom(MINUTE, 5 * MINUTE, HOUR),
    maxDoublings: fc.nat(3),
  }),
});

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      which: fc.nat(3),
      succeeded: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(0, 1, 5 * SECOND, 20 * SECOND, MINUTE, 10 * MINUTE, HOUR),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("run", "resume") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("set" as const), settings: settingsArbitrary }),
  },
);

/** A history, of thirty steps on average. */
export const stepsArbitrary = fc.array(stepArbitrary, { maxLength: 60, size: "max" });

/** A schedule of even spacing. */
export function every(ms: number): Schedule {
  return { next: (time) => (Math.floor(time / ms) + 1) * ms };
}
