import { deadLetterQueueExistsPaused } from "../../../policy/rules/deadLetterQueueExistsPaused.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const email = resource(QUEUE, "email", {});
const deadLetter = (properties: object) =>
  resource(QUEUE, "dead-letter", {
    desiredState: "PAUSED",
    retryConfig: { maxAttempts: -1 },
    ...properties,
  });

testRule(deadLetterQueueExistsPaused, {
  accepts: {
    "a paused queue that keeps its tasks": [email, deadLetter({})],
    "a stack without queues": [],
  },
  refuses: {
    "queues without one for dead letters": {
      resources: [email],
      messages: [
        "The stack has no queue 'dead-letter', and a task that fails for the last time would vanish; add it.",
      ],
    },
    "a queue that runs": {
      resources: [deadLetter({ desiredState: "RUNNING" }), email],
      messages: ["Queue 'dead-letter' has 'desiredState' 'RUNNING'; set it to 'PAUSED'."],
    },
    "a queue that does not say, which runs and ends": {
      resources: [resource(QUEUE, "dead-letter", {})],
      messages: [
        "Queue 'dead-letter' has 'desiredState' 'RUNNING'; set it to 'PAUSED'.",
        "Queue 'dead-letter' has 'retryConfig.maxAttempts' '100'; set it to '-1'.",
      ],
    },
    "a queue that would send its tasks once resumed": {
      resources: [deadLetter({ httpTarget: { uriOverride: { host: "worker-x1.a.run.app" } } })],
      messages: [
        "Queue 'dead-letter' has 'httpTarget', to which it would send its tasks once resumed; remove it.",
      ],
    },
  },
});
