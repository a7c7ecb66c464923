import { jobRetries } from "../../../policy/rules/jobRetries.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const JOB = "gcp:cloudscheduler/job:Job";
const job = (retryCount?: number) => resource(JOB, "daily", { retryConfig: { retryCount } });

testRule(jobRetries, {
  accepts: { "a job that is tried again": [job(1), job(3), job(5)] },
  refuses: {
    "a job that is tried once, said or unsaid": {
      resources: [job(0), job(), resource(JOB, "hourly", {})],
      messages: [
        "Job 'daily' has 'retryConfig.retryCount' '0'; set it to a number from 1 to 5.",
        "Job 'daily' has 'retryConfig.retryCount' '0'; set it to a number from 1 to 5.",
        "Job 'hourly' has 'retryConfig.retryCount' '0'; set it to a number from 1 to 5.",
      ],
    },
    "more retries than Cloud Scheduler allows": {
      resources: [job(6)],
      messages: ["Job 'daily' has 'retryConfig.retryCount' '6'; set it to a number from 1 to 5."],
    },
  },
});
