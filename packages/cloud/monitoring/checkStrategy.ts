import { z } from "zod";
import { durationToMs } from "../api/protoTime.ts";
import { invalidField } from "./invalidField.ts";

/** Durations are as JSON has them: `3600s`. */
export const strategySchema = z
  .object({
    notificationRateLimit: z.object({ period: z.string() }).partial(),
    autoClose: z.string(),
  })
  .partial();

const AUTO_CLOSE_MIN_MS = 30 * 60_000;

/**
 * Throws INVALID_ARGUMENT for how often a policy notifies, and when it closes what it opened, where Google does not
 * take that (google-cloud.md 8.2). The values and two of the texts are Google's own: nomadkaraoke/karaoke-gen#788,
 * chainguard-dev/terraform-infra-common#352.
 */
export function checkStrategy(
  { notificationRateLimit: rate, autoClose }: z.infer<typeof strategySchema>,
  isLogBased: boolean,
): void {
  if (isLogBased && rate === undefined) {
    throw invalidField(
      "alert_policy.alert_strategy.notification_rate_limit",
      "",
      "It is required for a policy with a condition of a matched log.",
    );
  }
  if (!isLogBased && rate !== undefined) {
    const period = rate.period === undefined ? "" : `period { ${asText(rate.period)} }`;
    throw invalidField(
      "alertStrategy.notificationRateLimit",
      period,
      "metric-based alert policies must not specify a notification rate limit",
    );
  }
  if (autoClose !== undefined && durationToMs(autoClose) < AUTO_CLOSE_MIN_MS) {
    throw invalidField(
      "alertStrategy.autoClose",
      asText(autoClose),
      "the autoclose duration should be at least 30 minutes",
    );
  }
}

/** A duration as Google prints a message in such a text: `seconds: 600`. */
function asText(duration: string): string {
  return `seconds: ${Math.trunc(durationToMs(duration) / 1000)}`;
}
