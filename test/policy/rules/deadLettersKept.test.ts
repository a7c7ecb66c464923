import { deadLettersKept } from "../../../policy/rules/deadLettersKept.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import {
  deadLetters,
  keeping,
  queue,
  queueGrant,
  worker,
  WORKER,
} from "../../support/policyWorker.ts";

const DELETER = "roles/cloudtasks.taskDeleter";
const ENQUEUER = "roles/cloudtasks.enqueuer";
const all = [worker(), queue(), deadLetters(), ...keeping];
const policy = (...bindings: object[]) =>
  resource("gcp:cloudtasks/queueIamPolicy:QueueIamPolicy", "policy", {
    name: "kept-3c4d",
    policyData: JSON.stringify({ bindings }),
  });
const binding = (name: string, members: string[]) =>
  resource("gcp:cloudtasks/queueIamBinding:QueueIamBinding", "binding", {
    name,
    role: DELETER,
    members,
  });
const missing = (role: string) =>
  `Queue 'email' gives '${role}' not to '${WORKER}', the worker's account; grant it without a condition, and remove ` +
  "the IAM policy or binding that takes it away.";

testRule(deadLettersKept, {
  accepts: {
    "a paused queue that keeps the worker's tasks": all,
    "rights by a policy that gives both": [
      worker(),
      deadLetters(),
      policy({ role: ENQUEUER, members: [WORKER] }, { role: DELETER, members: [WORKER] }),
    ],
    "a binding and a policy on another queue": [...all, binding("email-1a2b", [])],
    "a stack without a worker": [queue()],
  },
  refuses: {
    "a worker that is told of none": {
      resources: [worker({ TASKS_DEAD_LETTER_QUEUE: undefined }), deadLetters(), ...keeping],
      messages: [
        "Service 'w' has no 'TASKS_DEAD_LETTER_QUEUE', and a task that fails for the last time would vanish; set it to " +
          "one.",
      ],
    },
    "a worker that is told of a queue elsewhere": {
      resources: [
        worker({ TASKS_DEAD_LETTER_QUEUE: "projects/other/locations/l/queues/kept-3c4d" }),
        deadLetters(),
        ...keeping,
      ],
      messages: [
        "Service 'w' has 'TASKS_DEAD_LETTER_QUEUE' 'projects/other/locations/l/queues/kept-3c4d', which is no queue of " +
          "this stack, and a task that fails for the last time would vanish; set it to one.",
      ],
    },
    "a queue that runs": {
      resources: [worker(), deadLetters({ desiredState: "RUNNING" }), ...keeping],
      messages: ["Queue 'email' has 'desiredState' 'RUNNING'; set it to 'PAUSED'."],
    },
    "a queue that does not say, which runs and ends": {
      resources: [worker(), deadLetters({ desiredState: undefined, retryConfig: {} }), ...keeping],
      messages: [
        "Queue 'email' has 'desiredState' 'RUNNING'; set it to 'PAUSED'.",
        "Queue 'email' has 'retryConfig.maxAttempts' '100'; set it to '-1'.",
      ],
    },
    "a queue that would send its tasks or end them once resumed": {
      resources: [
        worker(),
        deadLetters({
          httpTarget: { uriOverride: { host: "worker-x1.a.run.app" } },
          retryConfig: { maxAttempts: -1, maxRetryDuration: "60s" },
        }),
        ...keeping,
      ],
      messages: [
        "Queue 'email' has 'httpTarget', to which it would send its tasks once resumed; remove it.",
        "Queue 'email' has 'retryConfig.maxRetryDuration' '60s', after which its tasks end once it is resumed; remove it.",
      ],
    },
    "rights that were never given, or on another queue": {
      resources: [worker(), deadLetters(), queueGrant("email-1a2b", "enqueuer")],
      messages: [missing(ENQUEUER), missing(DELETER)],
    },
    "a right that ends": {
      resources: [
        worker(),
        deadLetters(),
        queueGrant("kept-3c4d", "enqueuer"),
        queueGrant("kept-3c4d", "taskDeleter", { condition: { expression: "false" } }),
      ],
      messages: [missing(DELETER)],
    },
    "a policy that takes all away": {
      resources: [...all, policy()],
      messages: [missing(ENQUEUER), missing(DELETER)],
    },
    "a binding that takes one away": {
      resources: [...all, binding("kept-3c4d", ["group:ops@example.com"])],
      messages: [missing(DELETER)],
    },
  },
});
