import type { Authority } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Events } from "../events.ts";
import type { Method } from "../method.ts";
import type { Send } from "../network.ts";
import { API_VERSIONS } from "./apiVersion.ts";
import { bufferMethods } from "./bufferTask.ts";
import { Dispatcher } from "./dispatcher.ts";
import { locationMethods } from "./locationMethods.ts";
import { queueMethods } from "./queueMethods.ts";
import { QueueTable } from "./queueTable.ts";
import type { Service } from "./service.ts";
import { taskMethods } from "./taskMethods.ts";

/** What the real service does not state, or states in two ways. */
export interface CloudTasksSettings {
  /**
   * How long the name of a task that is gone cannot be used again (google-cloud.md 1.6).
   *
   * @default 1 h
   */
  readonly taskTombstoneMs?: number;
  /**
   * How long the name of a deleted queue cannot be used again (google-cloud.md 1.7).
   *
   * @default 7 days
   */
  readonly queueTombstoneMs?: number;
  /**
   * Attempts may take as long as they like: for a worker under a debugger.
   *
   * @default false
   */
  readonly suspendDeadlines?: boolean;
}

export interface CloudTasksOptions {
  /** The id of the only project there is. */
  readonly project: string;
  /** The location that a project's locations are listed with before it has a queue in it. */
  readonly region: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly send: Send;
  /** A source of numbers from 0 up to 1, for task ids. @default Math.random */
  readonly random?: () => number;
  readonly settings?: CloudTasksSettings;
  /** Told the full name of a queue that was deleted: its IAM policy goes with it. */
  readonly onDelete?: (queue: string) => void;
}

export interface CloudTasks {
  readonly methods: Method[];
  /** Whether there is a queue of that full name. */
  queueExists(name: string): boolean;
  /** Dispatches nothing more, and breaks off what is under way. */
  stop(): void;
}

const TASK_TOMBSTONE_MS = 3_600_000;
const QUEUE_TOMBSTONE_MS = 7 * 86_400_000;

/** Cloud Tasks, v2 and v2beta3: its methods, and the dispatching that goes on behind them. */
export function createCloudTasks(options: CloudTasksOptions): CloudTasks {
  const { settings = {}, random = Math.random } = options;
  const {
    taskTombstoneMs = TASK_TOMBSTONE_MS,
    queueTombstoneMs = QUEUE_TOMBSTONE_MS,
    suspendDeadlines = false,
  } = settings;
  const queues = new QueueTable(queueTombstoneMs);
  const dispatcher = new Dispatcher({ ...options, suspendDeadlines });
  let sequence = 0;
  const service: Service = {
    ...options,
    queues,
    dispatcher,
    taskTombstoneMs,
    random,
    nextSequence: () => sequence++,
  };

  return {
    methods: API_VERSIONS.flatMap((version) => [
      ...queueMethods(service, version),
      ...taskMethods(service, version),
      ...bufferMethods(service, version),
      ...locationMethods(service, version),
    ]),
    queueExists: (name) => queues.find(name) !== undefined,
    stop() {
      dispatcher.stop(queues.values());
    },
  };
}
