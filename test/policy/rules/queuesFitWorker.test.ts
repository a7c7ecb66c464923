import { queuesFitWorker } from "../../../policy/rules/queuesFitWorker.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const SERVICE = "gcp:cloudrunv2/service:Service";
const queue = (
  name: string,
  maxConcurrentDispatches: number | undefined,
  host = "worker.a.run.app",
) =>
  resource(QUEUE, name, {
    rateLimits: { maxConcurrentDispatches },
    httpTarget: { uriOverride: { host } },
  });
const service = (name: string, instances?: number, concurrency?: number) =>
  resource(SERVICE, name, {
    uri: `https://${name}.a.run.app`,
    template: {
      maxInstanceRequestConcurrency: concurrency,
      scaling: { maxInstanceCount: instances },
    },
  });

testRule(queuesFitWorker, {
  accepts: {
    "queues that together fill the worker": [
      queue("email", 10),
      queue("default", 30),
      service("worker", 2, 20),
    ],
    "queues of two workers": [
      queue("email", 40),
      queue("reports", 5, "reports.a.run.app"),
      service("worker", 2, 20),
      service("reports", 5, 1),
    ],
  },
  refuses: {
    "queues that together dispatch more than the worker takes": {
      resources: [queue("email", 11), queue("default", 30), service("worker", 2, 20)],
      messages: [
        "Service 'worker' takes 40 requests at once ('maxInstanceCount' 2 × 'maxInstanceRequestConcurrency' 20); " +
          "its queues' 'rateLimits.maxConcurrentDispatches' add up to 41. Raise one of the service's settings or " +
          "lower the queues'.",
      ],
    },
    "a queue that does not say, which dispatches a thousand": {
      resources: [queue("email", undefined), service("worker", 10, 20)],
      messages: [
        "Service 'worker' takes 200 requests at once ('maxInstanceCount' 10 × 'maxInstanceRequestConcurrency' " +
          "20); its queues' 'rateLimits.maxConcurrentDispatches' add up to 1000. Raise one of the service's " +
          "settings or lower the queues'.",
      ],
    },
    "a small worker beside a large one": {
      resources: [
        queue("email", 40),
        queue("reports", 6, "reports.a.run.app"),
        service("worker", 10, 20),
        service("reports", 5, 1),
      ],
      messages: [
        "Service 'reports' takes 5 requests at once ('maxInstanceCount' 5 × 'maxInstanceRequestConcurrency' 1); " +
          "its queues' 'rateLimits.maxConcurrentDispatches' add up to 6. Raise one of the service's settings or " +
          "lower the queues'.",
      ],
    },
  },
});
