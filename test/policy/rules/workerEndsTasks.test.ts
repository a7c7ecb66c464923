import { workerEndsTasks } from "../../../policy/rules/workerEndsTasks.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import * as promise from "../../support/policyWorker.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (retryConfig: object, name = "dev-email-1a2b") =>
  resource(QUEUE, "email", { name, retryConfig });

/** A worker that is told of the queue `dev-email-1a2b`. */
const worker = (maxDeliveries: unknown = 152, variable = "TASKS_QUEUES") =>
  resource("gcp:cloudrunv2/service:Service", "worker", {
    template: {
      containers: [
        {
          envs: [
            { name: "MAIL_FROM", value: "tasks@example.com" },
            {
              name: variable,
              value: JSON.stringify({
                email: { name: "projects/p/locations/l/queues/dev-email-1a2b", maxDeliveries },
              }),
            },
          ],
        },
      ],
    },
  });

const STRANGER =
  "Service 'worker' has in 'TASKS_QUEUES' the queue 'projects/p/locations/l/queues/dev-email-1a2b', which is none of " +
  "this stack; remove it or add the queue.";

testRule(workerEndsTasks, {
  accepts: {
    "a queue whose tasks the worker ends": [queue({ maxAttempts: -1 }), worker()],
    "a thousand deliveries": [queue({ maxAttempts: -1 }), worker(1000)],
    "a queue of another service, with an end of its own": [
      queue({ maxAttempts: -1 }),
      queue({ maxAttempts: 100, maxRetryDuration: "0s" }, "dev-reports-3c4d"),
      worker(),
    ],
    "the queue of dead letters, whose tasks stay": [
      promise.worker(),
      promise.queue(),
      promise.deadLetters(),
    ],
  },
  refuses: {
    "a queue that gives up before the worker does": {
      resources: [queue({ maxAttempts: 5 }), worker()],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '5', at which Cloud Tasks drops what the worker has not ended; " +
          "set it to '-1': the worker ends each task after its 'maxDeliveries'.",
      ],
    },
    "a queue that gives up when the worker would": {
      resources: [queue({ maxAttempts: 152 }), worker()],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '152', at which Cloud Tasks drops what the worker has not ended; " +
          "set it to '-1': the worker ends each task after its 'maxDeliveries'.",
      ],
    },
    "a queue that gives up when Google's default says": {
      resources: [queue({}), worker()],
      messages: [
        "Queue 'email' has no 'retryConfig.maxAttempts', at which Cloud Tasks drops what the worker has not ended; " +
          "set it to '-1': the worker ends each task after its 'maxDeliveries'.",
      ],
    },
    "more deliveries than a worker should crash of": {
      resources: [queue({ maxAttempts: -1 }), worker(1001)],
      messages: [
        "Queue 'email' has in 'TASKS_QUEUES' 'maxDeliveries' '1001', after which the worker ends a task; it must be a " +
          "number from 1 to 1000: use longer back-offs or a shorter outage window.",
      ],
    },
    "a worker that is told of no end": {
      resources: [queue({ maxAttempts: -1 }), worker("many")],
      messages: [
        "Queue 'email' has in 'TASKS_QUEUES' 'maxDeliveries' 'undefined', after which the worker ends a task; it must be " +
          "a number from 1 to 1000: use longer back-offs or a shorter outage window.",
      ],
    },
    "a queue without an end whose service is told of no queues": {
      resources: [queue({ maxAttempts: -1 }), worker(152, "QUEUES")],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '-1', and no worker counts its deliveries, as no 'TASKS_QUEUES' " +
          "names it; set it to a number from 1 to 1000.",
      ],
    },
    "a queue without an end that its worker is not told of, and one that is not there": {
      resources: [queue({ maxAttempts: -1 }, "dev-reports-3c4d"), worker()],
      messages: [
        "Queue 'email' has 'retryConfig.maxAttempts' '-1', and no worker counts its deliveries, as no 'TASKS_QUEUES' " +
          "names it; set it to a number from 1 to 1000.",
        STRANGER,
      ],
    },
    "another service's queue that does not say": {
      resources: [queue({}, "dev-reports-3c4d")],
      messages: [
        "Queue 'email' has no 'retryConfig.maxAttempts', and no worker counts its deliveries, as no 'TASKS_QUEUES' " +
          "names it; set it to a number from 1 to 1000.",
      ],
    },
    "a duration after which tasks are dropped": {
      resources: [queue({ maxAttempts: -1, maxRetryDuration: "3600s" }), worker()],
      messages: [
        "Queue 'email' has 'retryConfig.maxRetryDuration' '3600s', which moves the end of a task to where nobody counts; " +
          "remove it.",
      ],
    },
  },
});
