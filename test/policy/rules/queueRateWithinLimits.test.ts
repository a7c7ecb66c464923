import { queueRateWithinLimits } from "../../../policy/rules/queueRateWithinLimits.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import { deadLetters, worker } from "../../support/policyWorker.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";

testRule(queueRateWithinLimits, {
  accepts: {
    "rates that Cloud Tasks allows": [
      resource(QUEUE, "email", {
        rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 5000 },
      }),
    ],
    "a queue of dead letters, which dispatches nothing": [worker(), deadLetters()],
  },
  refuses: {
    "rates above what Cloud Tasks allows": {
      resources: [
        resource(QUEUE, "email", {
          rateLimits: { maxDispatchesPerSecond: 501, maxConcurrentDispatches: 5001 },
        }),
      ],
      messages: [
        "Queue 'email' has 'rateLimits.maxDispatchesPerSecond' '501'; set it to a number above 0 and at most 500.",
        "Queue 'email' has 'rateLimits.maxConcurrentDispatches' '5001'; set it to a number above 0 and at most " +
          "5000.",
      ],
    },
    "a queue that says one of the two": {
      resources: [
        resource(QUEUE, "email", { httpTarget: {}, rateLimits: { maxDispatchesPerSecond: 20 } }),
      ],
      messages: [
        "Queue 'email' has no 'rateLimits.maxConcurrentDispatches'; set it to a number above 0 and at most 5000.",
      ],
    },
  },
});
