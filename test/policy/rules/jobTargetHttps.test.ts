import { jobTargetHttps } from "../../../policy/rules/jobTargetHttps.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const job = (uri: string) =>
  resource("gcp:cloudscheduler/job:Job", "daily", { httpTarget: { uri } });

testRule(jobTargetHttps, {
  accepts: {
    "an address of Google's": [job("https://cloudtasks.googleapis.com/v2/projects/p/tasks")],
    "a job that calls no address": [
      resource("gcp:cloudscheduler/job:Job", "daily", { pubsubTarget: { topicName: "t" } }),
    ],
  },
  refuses: {
    "an address that anybody on the way can read": {
      resources: [
        job("http://cloudtasks.googleapis.com/v2"),
        job("http://user:hunter2@example.com/"),
      ],
      messages: [
        "Job 'daily' has 'httpTarget.uri' 'http://cloudtasks.googleapis.com/v2'; make it an 'https://' address.",
        "Job 'daily' has 'httpTarget.uri' 'http://…@example.com/'; make it an 'https://' address.",
      ],
    },
    "a password in the address, without showing it": {
      resources: [job("https://user:hunter2@example.com/"), job("https://token@example.com/")],
      messages: Array<string>(2).fill(
        "Job 'daily' has a user or a password in 'httpTarget.uri'; remove it. A job identifies itself by its token.",
      ),
    },
  },
});
