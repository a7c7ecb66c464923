import { BACKOFF_LIMITS } from "@background-tasks/google/backoff.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Decoded } from "../api/decoded.ts";
import type { retryConfigMessage } from "./messages.ts";
import { durationToMs, msToDuration } from "../api/protoTime.ts";
import type { RetryLaw } from "../target/retryLaw.ts";

export type RetryConfig = Decoded<typeof retryConfigMessage>;

/** What Google puts in place of what is not set, and of 0 (google-cloud.md 1.3 and 2). */
const DEFAULTS: RetryLaw = {
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

/** The law that a `retryConfig` sets. Throws INVALID_ARGUMENT, in Google's words, for one it refuses. */
export function retryLawOf(config: RetryConfig = {}): RetryLaw {
  const law: RetryLaw = {
    maxAttempts: config.maxAttempts || DEFAULTS.maxAttempts,
    maxRetryDurationMs: ms(config.maxRetryDuration) || DEFAULTS.maxRetryDurationMs,
    minBackoffMs: ms(config.minBackoff) || DEFAULTS.minBackoffMs,
    maxBackoffMs: ms(config.maxBackoff) || DEFAULTS.maxBackoffMs,
    maxDoublings: config.maxDoublings || DEFAULTS.maxDoublings,
  };
  const problem = problemOf(law);
  if (problem !== undefined) throw new GoogleError("INVALID_ARGUMENT", problem);
  return law;
}

/** A law as Google reads it back. */
export function retryConfigOf(law: RetryLaw): RetryConfig {
  return {
    maxAttempts: law.maxAttempts,
    ...(law.maxRetryDurationMs > 0 && { maxRetryDuration: msToDuration(law.maxRetryDurationMs) }),
    minBackoff: msToDuration(law.minBackoffMs),
    maxBackoff: msToDuration(law.maxBackoffMs),
    maxDoublings: law.maxDoublings,
  };
}

function problemOf(law: RetryLaw): string | undefined {
  if (law.maxAttempts < -1) return "RetryConfig.maxAttempts must be greater or equal to -1.";
  if (law.maxRetryDurationMs < 0) return "RetryConfig.maxRetryDuration cannot be negative.";
  if (law.minBackoffMs < 0) return "RetryConfig.minBackoff cannot be negative.";
  if (law.maxBackoffMs < 0) return "RetryConfig.maxBackoff cannot be negative.";
  if (law.maxDoublings < 0) return "RetryConfig.maxDoublings cannot be negative.";
  return brokenLimits(BACKOFF_LIMITS, law)[0]?.refusal;
}

function ms(duration: string | undefined): number {
  return duration === undefined ? 0 : durationToMs(duration);
}
