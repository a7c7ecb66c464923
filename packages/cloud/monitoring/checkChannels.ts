import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import { GoogleError } from "../api/googleError.ts";
import { invalidField } from "./invalidField.ts";

const NAME = /^projects\/[^/]+\/notificationChannels\/[^/]+$/;

/**
 * Throws INVALID_ARGUMENT for channels of a policy that are too many (monitoring/quotas), or are called by what is no
 * name of a channel; that text is Google's own: crossplane-contrib/provider-upjet-gcp#498. One that is not there is
 * taken: a stack names those of its project in Google Cloud, which nobody has made here.
 */
export function checkChannels(names: readonly string[]): void {
  const max = ALERT_POLICY_LIMITS.channels;
  if (names.length > max) {
    throw invalidField(
      "alert_policy.notification_channels",
      String(names.length),
      `There may be at most ${max} notification channels.`,
    );
  }
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Name must begin with 'projects/{project_id}/notificationChannels/{channel_id}', got: ${wrong}`,
    );
  }
}
