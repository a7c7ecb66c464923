import { z } from "zod";
import { durationToMs } from "../api/protoTime.ts";

/** A span of time as Google's APIs write it. */
export const duration = z
  .string()
  .regex(/^\d+(?:\.\d{1,9})?s$/, "must be a duration such as '60s' or '0.250s'");

/** One that something may wait for. Nothing here lasts longer. */
export const boundedDuration = duration.refine((text) => durationToMs(text) <= MAX_MS, {
  error: "must be 366 days at most, '31622400s'",
});

const MAX_MS = 366 * 86_400_000;
