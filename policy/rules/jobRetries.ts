import { JOB, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, number } from "../values.ts";

export const jobRetries: ResourceRule<{ minRetryCount: number }> = {
  kind: "resource",
  name: "job-retries",
  severity: "mandatory",
  description: "A Scheduler job whose run fails is tried again; Cloud Scheduler allows 5 retries.",
  settings: { minRetryCount: { description: "The least number of retries.", default: 1 } },
  types: [JOB],
  check(job, { minRetryCount }) {
    const value = at(job.properties, "retryConfig", "retryCount");
    const count = isMissing(value) ? 0 : number(value);
    if (count === undefined || (count >= minRetryCount && count <= 5)) return [];
    return [
      `${titleOf(job)} has 'retryConfig.retryCount' '${count}'; set it to a number from ${minRetryCount} to 5.`,
    ];
  },
};
