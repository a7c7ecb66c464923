import type { z } from "zod";
import type { Setting } from "./setting.ts";

/*
 * The words of this project, as Google uses them.
 *
 * task      one unit of work on a queue: an HTTP request that Cloud Tasks makes to the worker
 * queue     a Cloud Tasks queue
 * dispatch  the start of a delivery by Cloud Tasks
 * delivery  one request that Cloud Tasks makes for a task, whether or not it reaches the worker
 * attempt   a delivery that counts against `maxAttempts`: the handler ran, or there was nothing to run
 * handler   the worker's function for one kind of task
 * worker    a Cloud Run service that runs the handlers; all of a stack's run one image
 * schedule  a Cloud Scheduler job that enqueues a task
 */

/** A duration as Google writes it: seconds with an `s`, such as `"5s"` or `"0.100s"`. */
export type Duration = `${number}s`;

/** How fast a queue dispatches. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits */
export interface RateLimits {
  /** Dispatches per second. Greater than 0, at most 500. */
  readonly maxDispatchesPerSecond: number;
  /** Deliveries under way at once. At least 1, at most 5,000. */
  readonly maxConcurrentDispatches: number;
}

/**
 * When a failed task is tried again. There is no `maxRetryDuration`: Google joins it to `maxAttempts`
 * with AND, so that nobody could say when a task ends.
 */
export interface RetryConfig {
  /** Failed attempts after which a task becomes a dead letter. Deliveries that never reached a handler do not count. */
  readonly maxAttempts: number;
  /** The wait after the first failure. */
  readonly minBackoff: Duration;
  /** The longest wait. */
  readonly maxBackoff: Duration;
  /** How often the wait doubles before it grows by a constant step. At most 16. */
  readonly maxDoublings: number;
}

export interface QueueSettings<WorkerName extends string = string> {
  /**
   * The worker that the queue sends its tasks to.
   *
   * @default - the only worker; of several, `worker`
   */
  readonly worker?: WorkerName;
  readonly rateLimits: RateLimits;
  readonly retryConfig: RetryConfig;
  /** How long a delivery may take. From `"15s"` to `"1800s"`. */
  readonly dispatchDeadline: Duration;
  /**
   * How long a task may wait for its delivery before somebody is called. From `"60s"` to `"86400s"`.
   *
   * @default - the stack's `alerts.maxWait`
   */
  readonly maxWait?: Duration;
  /**
   * The queue is to be removed: it dispatches what it holds, and nothing may be enqueued on it. Once it
   * is empty, its entry can be removed.
   *
   * @default false
   */
  readonly retired?: boolean;
}

/** What one worker has otherwise than a stack's `workerCpu`, `workerMemory` and so on give to each. */
export interface WorkerSettings {
  /** CPUs of an instance, such as `"1"` or `"500m"`. */
  readonly cpu?: string;
  /** Memory of an instance, such as `"512Mi"`. */
  readonly memory?: string;
  /** Tasks that one instance works on at once. From 1 to 1,000. */
  readonly concurrency?: number;
  /** Instances kept when there is nothing to do. */
  readonly minInstances?: number;
  /** Instances at most. */
  readonly maxInstances?: number;
  /** How long a request may take. From `"1s"` to `"3600s"`. */
  readonly timeout?: Duration;
  /**
   * The network that it sends into, by Direct VPC egress.
   *
   * @default - none: it reaches what the internet reaches
   */
  readonly network?: NetworkSettings | undefined;
  /**
   * The connection names of Cloud SQL instances, such as `"my-project:europe-west1:orders"`. Each is a socket
   * `/cloudsql/<connection name>`, and one that the worker may connect to.
   *
   * @default - none
   */
  readonly cloudSqlInstances?: readonly string[] | undefined;
  /**
   * The worker is to be removed: no queue sends it tasks, and it can be deleted. Once that is deployed, its
   * entry can be removed.
   *
   * @default false
   */
  readonly retired?: boolean;
}

/** Where a worker's requests leave to. https://cloud.google.com/run/docs/configuring/vpc-direct-vpc */
export interface NetworkSettings {
  /**
   * Its name, such as `"default"`; that of a Shared VPC is `"projects/<host project>/global/networks/<network>"`.
   *
   * @default - that of the subnetwork
   */
  readonly network?: string | undefined;
  /**
   * The worker's addresses are of this one, in its own region. Its name; that of a Shared VPC is
   * `"projects/<host project>/regions/<region>/subnetworks/<subnetwork>"`.
   *
   * @default - the one that has the name of the network
   */
  readonly subnetwork?: string | undefined;
  /**
   * Network tags, which firewall rules speak of.
   *
   * @default - none
   */
  readonly tags?: readonly string[] | undefined;
  /**
   * What goes into the network: private addresses, or everything.
   *
   * @default "PRIVATE_RANGES_ONLY"
   */
  readonly egress?: "PRIVATE_RANGES_ONLY" | "ALL_TRAFFIC" | undefined;
}

export interface TaskContract<
  QueueName extends string = string,
  SettingName extends string = string,
> {
  /** The queue that carries the task. */
  readonly queue: QueueName;
  /**
   * Other queues that may still hold such tasks, since it was moved from them: their workers can do it, too.
   *
   * @default - none
   */
  readonly alsoOn?: readonly QueueName[];
  /**
   * What the task's handler is given. The value of a field with `.meta({ sensitive: true })` is told to
   * nobody: in logs, in the errors of dead letters and in what operators are shown, it is `[hidden]`.
   */
  readonly payload: z.ZodType;
  /**
   * The settings that the task's handler is given.
   *
   * @default - none
   */
  readonly settings?: readonly SettingName[];
  /**
   * The tasks that this one's handler enqueues. The worker is granted the right to enqueue on their
   * queues and no others.
   *
   * @default - none
   */
  readonly enqueues?: readonly string[];
  /**
   * The task may be rescheduled by its `id`. Whoever enqueues it by an `id` then says since when the id is
   * in use: later than an hour after, nobody could tell a repetition from a first time.
   *
   * @default false
   */
  readonly reschedulable?: boolean;
}

export interface ScheduleContract<TaskName extends string = string, Payload = unknown> {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /**
   * An IANA time zone.
   *
   * @default "Etc/UTC"
   */
  readonly timeZone?: string;
  readonly task: TaskName;
  readonly payload: Payload;
  /**
   * The schedule is kept and does not fire.
   *
   * @default false
   */
  readonly paused?: boolean;
}

/** What there is to do: all that `tasks/` declares. The program, the worker and producers are given it. */
export interface Contract {
  /** @default - one, which is called `worker` */
  readonly workers?: Readonly<Record<string, WorkerSettings>>;
  readonly queues: Readonly<Record<string, QueueSettings>>;
  readonly tasks: Readonly<Record<string, TaskContract>>;
  readonly schedules: Readonly<Record<string, ScheduleContract>>;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** The part of a contract that producers need. */
export type TaskTable = Pick<Contract, "tasks">;

/** The part of it that the worker has in its image. How queues are set it reads from its environment. */
export type WorkerContract = Pick<Contract, "tasks" | "settings">;

export type TaskName<C extends TaskTable> = keyof C["tasks"] & string;

/** What a producer passes in for a task's payload. */
export type PayloadInput<C extends TaskTable, Name extends TaskName<C>> = z.input<
  C["tasks"][Name]["payload"]
>;

/** What a task's handler is given. */
export type Payload<C extends TaskTable, Name extends TaskName<C>> = z.output<
  C["tasks"][Name]["payload"]
>;

/** A schedule of one of these tasks. */
export type ScheduleOf<Tasks extends Contract["tasks"]> = {
  [Name in keyof Tasks & string]: ScheduleContract<Name, z.input<Tasks[Name]["payload"]>>;
}[keyof Tasks & string];
