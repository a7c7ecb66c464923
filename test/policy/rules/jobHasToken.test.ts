import { jobHasToken } from "../../../policy/rules/jobHasToken.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const JOB = "gcp:cloudscheduler/job:Job";
const serviceAccountEmail = "test-scheduler@my-project.iam.gserviceaccount.com";
const job = (uri: string, tokens: object) =>
  resource(JOB, "daily", { httpTarget: { uri, ...tokens } });
const TASKS = "https://cloudtasks.googleapis.com/v2/projects/p/locations/l/queues/q/tasks";
const refusal = "and what it calls would refuse it; set it to the schedules' account.";

testRule(jobHasToken, {
  accepts: {
    "an OAuth token to Google's API": [job(TASKS, { oauthToken: { serviceAccountEmail } })],
    "an OIDC token to a service": [
      job("https://worker-x1.a.run.app/", { oidcToken: { serviceAccountEmail } }),
    ],
    "a job that calls no address": [resource(JOB, "daily", { pubsubTarget: { topicName: "t" } })],
  },
  refuses: {
    "a job without a token": {
      resources: [job(TASKS, {})],
      messages: [`Job 'daily' has no 'httpTarget.oauthToken.serviceAccountEmail', ${refusal}`],
    },
    "the token that the address does not take": {
      resources: [
        job(TASKS, { oidcToken: { serviceAccountEmail } }),
        job("https://googleapis.com.example.com/", { oauthToken: { serviceAccountEmail } }),
      ],
      messages: [
        `Job 'daily' has no 'httpTarget.oauthToken.serviceAccountEmail', ${refusal}`,
        `Job 'daily' has no 'httpTarget.oidcToken.serviceAccountEmail', ${refusal}`,
      ],
    },
  },
});
