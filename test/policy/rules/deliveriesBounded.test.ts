import { deliveriesBounded } from "../../../policy/rules/deliveriesBounded.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (retryConfig: object) => resource(QUEUE, "email", { retryConfig });

testRule(deliveriesBounded, {
  accepts: {
    "a thousand deliveries": [queue({ maxAttempts: 1000 })],
    "no duration that extends them": [queue({ maxAttempts: 10, maxRetryDuration: "0s" })],
    "the dead-letter queue": [resource(QUEUE, "dead-letter", { retryConfig: { maxAttempts: -1 } })],
  },
  refuses: {
    "more deliveries than a worker should crash of": {
      resources: [queue({ maxAttempts: 1001 })],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '1001'; set it to at most '1000', with longer back-offs or a " +
          "shorter outage window.",
      ],
    },
    "a duration that extends the deliveries": {
      resources: [queue({ maxAttempts: 10, maxRetryDuration: "3600s" })],
      messages: [
        "Queue 'email' has 'retryConfig.maxRetryDuration' '3600s', until which a task is delivered however often it " +
          "failed; remove it.",
      ],
    },
  },
});
