import { deadLettersWatched } from "../../../policy/rules/deadLettersWatched.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const NAME = "projects/p/locations/l/queues/prod-dead-letter-1a2b3c4d";
const worker = resource("gcp:cloudrunv2/service:Service", "worker", {
  name: "prod-worker",
  template: {
    containers: [
      {
        envs: [
          { name: "TASKS_QUEUES", value: "{}" },
          { name: "TASKS_DEAD_LETTER_QUEUE", value: NAME },
        ],
      },
    ],
  },
});
const queue = resource("gcp:cloudtasks/queue:Queue", "dead-letter", {
  id: NAME,
  project: "p",
  location: "l",
  name: "prod-dead-letter-1a2b3c4d",
});
const asks = (id: string) =>
  resource("gcp:monitoring/alertPolicy:AlertPolicy", "waiting", {
    conditions: [
      {
        conditionThreshold: {
          filter: `metric.type="cloudtasks.googleapis.com/queue/depth" AND resource.labels.queue_id=monitoring.regex.full_match("${id}")`,
        },
      },
    ],
  });

testRule(deadLettersWatched, {
  accepts: {
    "a queue for dead letters that an alert asks for, by an expression": [
      worker,
      queue,
      asks("prod-dead-letter-[0-9a-f]{8}"),
    ],
    "one that is asked for by its id": [worker, queue, asks("prod-dead-letter-1a2b3c4d")],
    "a stack without alerts": [worker, queue],
  },
  refuses: {
    "one that no alert asks for": {
      resources: [worker, queue, asks("prod-dead-letter-[0-9a-f]{4}"), asks("(")],
      messages: [
        "Queue 'dead-letter' is named 'prod-dead-letter-1a2b3c4d', and no alert policy asks for it; make one of its 'queue/depth'.",
      ],
    },
  },
});
