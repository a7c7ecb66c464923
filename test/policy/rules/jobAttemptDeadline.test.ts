import { jobAttemptDeadline } from "../../../policy/rules/jobAttemptDeadline.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const JOB = "gcp:cloudscheduler/job:Job";
const job = (attemptDeadline?: string) => resource(JOB, "daily", { attemptDeadline });

testRule(jobAttemptDeadline, {
  accepts: { "a wait that Cloud Scheduler allows": [job("15s"), job("30s"), job("180s")] },
  refuses: {
    "a wait that is too short or too long, and none": {
      resources: [job("14s"), job("1800s"), job()],
      messages: [
        "Job 'daily' has 'attemptDeadline' '14s'; set it to a duration from '15s' to '180s'.",
        "Job 'daily' has 'attemptDeadline' '1800s'; set it to a duration from '15s' to '180s'.",
        "Job 'daily' has no 'attemptDeadline'; set it to a duration from '15s' to '180s'.",
      ],
    },
  },
});
