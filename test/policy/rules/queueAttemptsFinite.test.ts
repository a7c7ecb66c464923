import { queueAttemptsFinite } from "../../../policy/rules/queueAttemptsFinite.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";

testRule(queueAttemptsFinite, {
  accepts: {
    "a queue that gives a task up": [
      resource(QUEUE, "email", { retryConfig: { maxAttempts: 152 } }),
    ],
    "the dead-letter queue, whose tasks stay": [
      resource(QUEUE, "dead-letter", { retryConfig: { maxAttempts: -1 } }),
    ],
  },
  refuses: {
    "a queue that never gives a task up": {
      resources: [resource(QUEUE, "email", { retryConfig: { maxAttempts: -1 } })],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '-1', with which a task that fails never ends; set it to a " +
          "number above 0.",
      ],
    },
    "a queue that does not say": {
      resources: [resource(QUEUE, "email", {})],
      messages: ["Queue 'email' has no 'retryConfig.maxAttempts'; set it to a number above 0."],
    },
  },
});
