import { randomBytes, randomUUID } from "node:crypto";
import type { QueueTable } from "../tasks/contract/environment.ts";
import { taskHeaders } from "../tasks/contract/taskRequest.ts";

/** The payload of the tasks that are sent. */
export const MESSAGE = JSON.stringify({
  to: "ada@example.com",
  subject: "Your report is ready",
  text: "Dear Ada,\n\nThe report that you asked for is ready.\n\nYours\nThe reporting team\n",
});

const LOCATION = "projects/bench/locations/europe-west1";
const INVOKER = "bench-invoker@bench.iam.gserviceaccount.com";

const queues: QueueTable = {
  email: {
    name: `${LOCATION}/queues/bench-email-00000000`,
    dispatchDeadline: "60s",
    maxAttempts: 8,
    maxDeliveries: 100,
  },
};

/** The environment of a worker that serves one queue. */
export const workerEnvironment = {
  HOST: "127.0.0.1",
  TASKS_QUEUES: JSON.stringify(queues),
  TASKS_DEAD_LETTER_QUEUE: `${LOCATION}/queues/bench-dead-letter-00000000`,
  TASKS_INVOKER: INVOKER,
  SMTP_URL: "smtp://127.0.0.1:1",
  MAIL_FROM: "bench@example.com",
} as const;

/** A task's first delivery, as Cloud Tasks sends it and Cloud Run passes it on. */
export function deliveryRequest(queueId = "bench-email-00000000", invoker = INVOKER) {
  const taskId = randomBytes(16).toString("hex");
  return {
    protocol: "http",
    status: 204,
    path: "/tasks/send-email",
    headers: {
      Authorization: bearer({
        aud: "https://bench-worker-123456789012.europe-west1.run.app",
        email: invoker,
        email_verified: true,
        iss: "https://accounts.google.com",
        sub: "123456789012345678901",
      }),
      "Content-Type": "application/json",
      "User-Agent": "Google-Cloud-Tasks",
      "X-CloudTasks-QueueName": queueId,
      "X-CloudTasks-TaskName": taskId,
      "X-CloudTasks-TaskRetryCount": "0",
      "X-CloudTasks-TaskExecutionCount": "0",
      "X-CloudTasks-TaskETA": (Date.now() / 1000).toFixed(6),
      [taskHeaders.enqueueId]: randomUUID(),
      [taskHeaders.idempotencyKey]: taskId,
      [taskHeaders.traceparent]: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`,
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Proto": "https",
    },
    body: MESSAGE,
  } as const;
}

function bearer(claims: object): string {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  return `Bearer ${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.SIGNATURE_REMOVED_BY_GOOGLE`;
}
