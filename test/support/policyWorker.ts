import type { Resource } from "../../policy/resource.ts";
import { resource } from "./policyResource.ts";

/*
 * A worker and its queues, as the rules see them: named in the program as nobody would expect, since the rules
 * go by what they are joined to.
 */

const PLACE = { project: "p", location: "l" };
const ACCOUNT = "worker@p.iam.gserviceaccount.com";
export const WORKER = `serviceAccount:${ACCOUNT}`;
export const INVOKER = "invoker@p.iam.gserviceaccount.com";

type Properties = Record<string, unknown>;

/** The worker, told of the queue `email-1a2b`; `undefined` removes a variable. */
export function worker(
  envs: Record<string, string | undefined> = {},
  properties: Properties = {},
): Resource {
  const variables: Record<string, string | undefined> = {
    TASKS_QUEUES: JSON.stringify({
      email: { name: "projects/p/locations/l/queues/email-1a2b", maxDeliveries: 152 },
    }),
    TASKS_DEAD_LETTER_QUEUE: "projects/p/locations/l/queues/kept-3c4d",
    TASKS_INVOKER: INVOKER,
    ...envs,
  };
  return resource("gcp:cloudrunv2/service:Service", "w", {
    ...PLACE,
    name: "test-worker",
    uri: "https://test-worker-x1.a.run.app",
    template: {
      serviceAccount: ACCOUNT,
      containers: [
        {
          envs: Object.entries(variables).flatMap(([name, value]) =>
            value === undefined ? [] : [{ name, value }],
          ),
        },
      ],
    },
    ...properties,
  });
}

/** A queue that sends to the worker as it must. */
export function queue(properties: Properties = {}, httpTarget: Properties = {}): Resource {
  return resource("gcp:cloudtasks/queue:Queue", "dead-letter", {
    ...PLACE,
    name: "email-1a2b",
    retryConfig: { maxAttempts: -1 },
    httpTarget: {
      uriOverride: {
        scheme: "HTTPS",
        host: "test-worker-x1.a.run.app",
        uriOverrideEnforceMode: "ALWAYS",
      },
      oidcToken: {
        serviceAccountEmail: INVOKER,
        audience: "https://test-worker-x1.a.run.app",
      },
      ...httpTarget,
    },
    ...properties,
  });
}

/** The queue that keeps the worker's dead letters. */
export function deadLetters(properties: Properties = {}): Resource {
  return resource("gcp:cloudtasks/queue:Queue", "email", {
    ...PLACE,
    name: "kept-3c4d",
    desiredState: "PAUSED",
    retryConfig: { maxAttempts: -1 },
    ...properties,
  });
}

/** A grant on a queue. */
export function queueGrant(name: string, role: string, properties: Properties = {}): Resource {
  return resource("gcp:cloudtasks/queueIamMember:QueueIamMember", `${name} ${role}`, {
    ...PLACE,
    name,
    role: `roles/cloudtasks.${role}`,
    member: WORKER,
    ...properties,
  });
}

/** What the worker must have on the queue of its dead letters. */
export const keeping: readonly Resource[] = [
  queueGrant("kept-3c4d", "enqueuer"),
  queueGrant("kept-3c4d", "taskDeleter"),
];

/** The invoker's right to call the worker. */
export function mayCall(properties: Properties = {}): Resource {
  return resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "calls", {
    ...PLACE,
    name: "test-worker",
    role: "roles/run.invoker",
    member: `serviceAccount:${INVOKER}`,
    ...properties,
  });
}
