import { schedulesWatched } from "../../../policy/rules/schedulesWatched.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const job = (name: string, more: object = {}) =>
  resource("gcp:cloudscheduler/job:Job", name, {
    name: `prod-${name}`,
    httpTarget: {
      uri: "https://cloudtasks.googleapis.com/v2/projects/p/locations/l/queues/q/tasks",
    },
    ...more,
  });
const policy = (question: string, more: object = {}) =>
  resource("gcp:monitoring/alertPolicy:AlertPolicy", "schedule-failed", {
    conditions: [{ conditionMatchedLog: { filter: question } }],
    ...more,
  });
const asks = policy('resource.labels.job_id=~"^(prod-daily|prod-ping-email)$"');

testRule(schedulesWatched, {
  accepts: {
    "jobs that an alert names": [job("daily"), job("ping-email"), asks],
    "a job that is paused": [job("weekly", { paused: true }), asks],
    "a job that calls something else": [
      job("weekly", { httpTarget: { uri: "https://example.com/" } }),
      asks,
    ],
    "a stack without alerts": [job("daily")],
  },
  refuses: {
    "a job that no alert names, be it a part of another's name": {
      resources: [job("dai"), job("weekly"), asks],
      messages: [
        "Job 'dai' is named 'prod-dai', and no alert policy asks for it; make one that does, or pause the job.",
        "Job 'weekly' is named 'prod-weekly', and no alert policy asks for it; make one that does, or pause the job.",
      ],
    },
    "a job whose alert is off": {
      resources: [
        job("daily"),
        { ...asks, properties: { ...asks.properties, enabled: false } },
        policy("x"),
      ],
      messages: [
        "Job 'daily' is named 'prod-daily', and no alert policy asks for it; make one that does, or pause the job.",
      ],
    },
  },
});
