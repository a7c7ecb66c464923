import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import type { Method } from "../api/method.ts";
import type { Send } from "../network/network.ts";
import { memoryStore, type Store } from "../data/store.ts";
import { API_VERSIONS } from "./apiVersion.ts";
import { bufferMethods } from "./bufferTask.ts";
import { Dispatcher } from "./dispatcher.ts";
import { locationMethods } from "./locationMethods.ts";
import { countCall, type QueueMeter } from "./queueMeter.ts";
import { queueMethods } from "./queueMethods.ts";
import { QueueTable } from "./queueTable.ts";
import type { Service } from "./service.ts";
import { TaskLog } from "./taskLog.ts";
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
   * Whether a redirect is followed: Google says that it may be (google-cloud.md 1.9, 12.3).
   *
   * @default true
   */
  readonly followRedirects?: boolean;
  /**
   * Deliveries may take as long as they like: for a worker under a debugger.
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
  /**
   * What keeps the queues and their tasks.
   *
   * @default - the memory of the process
   */
  readonly store?: Store;
  /**
   * How long a new queue is not found by calls (google-cloud.md 1.3).
   *
   * @default - no time at all
   */
  readonly queueReadyAfterMs?: () => number;
  /**
   * How long after PurgeQueue the tasks that are created are purged too (google-cloud.md 1.2).
   *
   * @default - no time at all
   */
  readonly purgeWindowMs?: () => number;
  /**
   * What counts deliveries and calls, for Monitoring.
   *
   * @default - nothing does
   */
  readonly metrics?: QueueMeter;
  /**
   * Takes the log of what becomes of tasks.
   *
   * @default - nothing does
   */
  readonly writeLog?: WriteLog;
  /** Told the full name of a queue that was deleted: its IAM policy goes with it. */
  readonly onDelete?: (queue: string) => void;
}

export interface CloudTasks {
  readonly methods: Method[];
  /** Whether there is a queue of that full name. */
  queueExists(name: string): boolean;
  /** How many tasks each queue has, by its full name. */
  depths(): Iterable<readonly [queue: string, depth: number]>;
  /** Whether nothing is under way, and no queue that runs has a task. */
  isIdle(): boolean;
  /** Begins to dispatch what was kept from an earlier run. */
  start(): void;
  /** Dispatches nothing more, and breaks off what is under way. */
  stop(): void;
}

const TASK_TOMBSTONE_MS = 3_600_000;
const QUEUE_TOMBSTONE_MS = 7 * 86_400_000;

/** Cloud Tasks, v2 and v2beta3: its methods, and the dispatching that goes on behind them. */
export function createCloudTasks(options: CloudTasksOptions): CloudTasks {
  const { store = memoryStore, metrics, clock } = options;
  const { settings = {}, random = Math.random } = options;
  const { queueReadyAfterMs = () => 0, purgeWindowMs = () => 0 } = options;
  const {
    taskTombstoneMs = TASK_TOMBSTONE_MS,
    queueTombstoneMs = QUEUE_TOMBSTONE_MS,
    suspendDeadlines = false,
  } = settings;
  const queues = new QueueTable({
    store,
    tombstoneMs: queueTombstoneMs,
    taskTombstoneMs,
    clock: options.clock,
    readyAfterMs: queueReadyAfterMs,
  });
  const log = new TaskLog(options.writeLog, random);
  const dispatcher = new Dispatcher({ ...options, metrics, log, suspendDeadlines });
  let sequence = queues.lastSequence + 1;
  const service: Service = {
    ...options,
    queues,
    dispatcher,
    log,
    taskTombstoneMs,
    purgeWindowMs,
    random,
    nextSequence: () => sequence++,
  };

  const methods = API_VERSIONS.flatMap((version): Method[] => [
    ...queueMethods(service, version),
    ...taskMethods(service, version),
    ...bufferMethods(service, version),
    ...locationMethods(service, version),
  ]);

  return {
    methods: metrics
      ? methods.map((method) => ({
          ...method,
          onCall: () => {
            metrics.catchUp(clock.now());
          },
          onAnswer: (call, status) => {
            countCall(metrics, method, call, status, clock.now());
          },
        }))
      : methods,
    depths: () =>
      Array.from(queues.values(), ({ name, state }) => [name, state.tasks.size] as const),
    queueExists: (name) => queues.find(name) !== undefined,
    isIdle: () =>
      dispatcher.isIdle &&
      [...queues.values()].every(({ state }) => state.paused || state.tasks.size === 0),
    start() {
      for (const queue of queues.values()) dispatcher.pump(queue);
    },
    stop() {
      dispatcher.stop(queues.values());
    },
  };
}
