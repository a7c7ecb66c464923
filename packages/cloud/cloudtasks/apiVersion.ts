import type { Method } from "../api/method.ts";
import { betaQueueMessage, queueMessage } from "./messages.ts";
import { queueName } from "../api/resourceNames.ts";
import type { QueueSettings } from "./queueSettings.ts";

/** A version of the Cloud Tasks API: one service behind two of them, which differ in what a queue shows. */
export interface ApiVersion {
  /** The service definition that the methods belong to. */
  readonly service: string;
  /** The paths of the methods begin with one of these. */
  readonly project: string;
  readonly location: string;
  readonly queue: string;
  readonly queueMessage: typeof queueMessage | typeof betaQueueMessage;
  /** What a caller may set of a queue. All else that a queue shows is output only. */
  readonly settable: readonly (keyof QueueSettings)[];
  /** Whether the burst of a queue is its caller's to set, and its task's life times are shown. */
  readonly isBeta: boolean;
}

const SETTABLE = ["httpTarget", "rateLimits", "retryConfig", "stackdriverLoggingConfig"] as const;

export const API_VERSIONS: readonly ApiVersion[] = [
  {
    ...placesOf("v2"),
    queueMessage,
    settable: ["appEngineRoutingOverride", ...SETTABLE],
    isBeta: false,
  },
  {
    ...placesOf("v2beta3"),
    queueMessage: betaQueueMessage,
    settable: ["appEngineHttpQueue", ...SETTABLE, "taskTtl", "tombstoneTtl"],
    isBeta: true,
  },
];

/** The permission of a method, needed on the queue of its path. */
export function onQueue(permission: string): NonNullable<Method["permission"]> {
  return [permission, queueName];
}

function placesOf(version: string) {
  const project = `/${version}/projects/{project}`;
  const location = `${project}/locations/{location}`;
  return {
    service: `google.cloud.tasks.${version}.CloudTasks`,
    project,
    location,
    queue: `${location}/queues/{queue}`,
  };
}
