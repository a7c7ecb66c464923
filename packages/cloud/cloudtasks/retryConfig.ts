import { BACKOFF_LIMITS } from "@background-tasks/google/backoff.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Decoded } from "../api/decoded.ts";
import type { retryConfigMessage } from "./messages.ts";
import { durationToMs, msToDuration } from "../api/protoTime.ts";
import type { RetryConfig } from "../target/retryConfig.ts";

type RetryConfigFields = Decoded<typeof retryConfigMessage>;

/** What Google puts in place of what is not set, and of 0 (google-cloud.md 1.3 and 2). */
const DEFAULTS: RetryConfig = {
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

/** A `retryConfig` with Google's defaults put in. Throws INVALID_ARGUMENT, in Google's words, for one it refuses. */
export function retryConfigOf(fields: RetryConfigFields = {}): RetryConfig {
  const config: RetryConfig = {
    maxAttempts: fields.maxAttempts || DEFAULTS.maxAttempts,
    maxRetryDurationMs: ms(fields.maxRetryDuration) || DEFAULTS.maxRetryDurationMs,
    minBackoffMs: ms(fields.minBackoff) || DEFAULTS.minBackoffMs,
    maxBackoffMs: ms(fields.maxBackoff) || DEFAULTS.maxBackoffMs,
    maxDoublings: fields.maxDoublings || DEFAULTS.maxDoublings,
  };
  const problem = problemOf(config);
  if (problem !== undefined) throw new GoogleError("INVALID_ARGUMENT", problem);
  return config;
}

/** A `retryConfig` as the API returns it. */
export function renderRetryConfig(config: RetryConfig): RetryConfigFields {
  return {
    maxAttempts: config.maxAttempts,
    ...(config.maxRetryDurationMs > 0 && {
      maxRetryDuration: msToDuration(config.maxRetryDurationMs),
    }),
    minBackoff: msToDuration(config.minBackoffMs),
    maxBackoff: msToDuration(config.maxBackoffMs),
    maxDoublings: config.maxDoublings,
  };
}

function problemOf(config: RetryConfig): string | undefined {
  if (config.maxAttempts < -1) return "RetryConfig.maxAttempts must be greater or equal to -1.";
  if (config.maxRetryDurationMs < 0) return "RetryConfig.maxRetryDuration cannot be negative.";
  if (config.minBackoffMs < 0) return "RetryConfig.minBackoff cannot be negative.";
  if (config.maxBackoffMs < 0) return "RetryConfig.maxBackoff cannot be negative.";
  if (config.maxDoublings < 0) return "RetryConfig.maxDoublings cannot be negative.";
  return brokenLimits(BACKOFF_LIMITS, config)[0]?.refusal;
}

function ms(duration: string | undefined): number {
  return duration === undefined ? 0 : durationToMs(duration);
}
