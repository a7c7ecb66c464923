import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Deleted } from "../../../../tasks/client/cloudTasks.ts";
import { operationEntry, type Operation } from "../../../../infra/alerts/operationsLog.ts";
import type { TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Target } from "../../command/target.ts";
import { callGoogle, GoogleRefusal, type HttpMethod } from "../../stack/googleApi.ts";
import { openAlerts, type OpenAlert } from "../../stack/openAlerts.ts";
import type { Operations } from "../../stack/outputs.ts";
import { stackOperations } from "../../stack/stackEnvironment.ts";
import {
  jobSchema,
  logPageSchema,
  queueSchema,
  serviceSchema,
  taskPageSchema,
  taskSchema,
  timeSeriesPageSchema,
  type Job,
  type LogEntry,
  type Queue,
  type Service,
  type Task,
  type TimeSeries,
} from "./messages.ts";
import { auditEntry, type AuditedDeed } from "./auditedDeed.ts";
import { checkJob, checkQueue, checkService, checkTask } from "./ownNames.ts";
import { withRetries, type Time } from "./retries.ts";

/** How much of a task is told: all, or all but its body. `FULL` needs `cloudtasks.tasks.fullView`. */
export type View = "BASIC" | "FULL";

/** What became of a name: there is no such task, and lately there was none, or there was one. */
export type Missing = "unknown" | "gone";

/**
 * The calls of Google's APIs by which a stack is operated. Queues, tasks and jobs are given by their full
 * names; one that is not of the stack is refused before anything is sent.
 */
export interface OperatorCalls {
  readonly operations: Operations;
  /** A queue with its `stats`, which are of this moment. One operation, however many tasks there are. */
  getQueue(queue: string): Promise<Queue>;
  /** Sets fields of a queue, those that `mask` names: v2beta3's, such as `taskTtl`. What is answered is what is in force. */
  updateQueue(queue: string, mask: readonly string[], fields: object): Promise<Queue>;
  pauseQueue(queue: string): Promise<void>;
  resumeQueue(queue: string): Promise<void>;
  /** Writes what was done to a queue, by its key, into the log of operations. */
  writeOperation(queue: string, action: Operation): Promise<void>;
  /** Writes who does what into the same log, once, however often that is tried. */
  readonly writeAudit: (deed: AuditedDeed & { readonly who: string }) => Promise<void>;
  /** Deletes all tasks of a queue, and those that are created about now. */
  purgeQueue(queue: string): Promise<void>;
  /** All tasks of a queue, page by page, in no order. Each task is an operation. */
  listTasks(queue: string, view?: View): AsyncGenerator<readonly Task[], void>;
  getTask(name: string, view?: View): Promise<Task | Missing>;
  /**
   * Creates a named task, or finds that one of its name exists or existed lately. At `until`, in milliseconds, and
   * later nothing is sent any more.
   */
  createTask(
    queue: string,
    task: TaskResource & { readonly name: string },
    until?: number,
  ): Promise<"created" | "exists">;
  /** Deletes a task. At `until`, in milliseconds, and later nothing is sent any more. */
  deleteTask(name: string, until?: number): Promise<Deleted>;
  /** Has a task delivered at once, past its time, its queue's pause and its rate. Whether it is there. */
  runTask(name: string): Promise<boolean>;
  getJob(job: string): Promise<Job>;
  runJob(job: string): Promise<void>;
  /** Pauses or resumes a job, past the program. */
  switchJob(job: string, action: Operation): Promise<void>;
  /** A worker's Cloud Run service. */
  getService(service: string): Promise<Service>;
  /** The entries of the stack's project that a filter lets through, the oldest first, page by page. */
  listLogEntries(filter: string): AsyncGenerator<readonly LogEntry[], void>;
  /** What the stack's alert policies have found and is not over, of the newest thousand alerts of its project. */
  listOpenAlerts(): Promise<OpenAlert[]>;
  /** The time series that a filter selects; none where nothing has been measured yet. */
  listTimeSeries(query: TimeSeriesQuery): Promise<TimeSeries[]>;
}

export interface TimeSeriesQuery {
  readonly filter: string;
  /** In milliseconds. */
  readonly from: number;
  readonly to: number;
  /** @default - the points as they were recorded */
  readonly aggregation?: Aggregation;
}

/** What is made of each minute's points, and of several series. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/Aggregation */
export interface Aggregation {
  readonly perSeriesAligner: string;
  /** @default - each series by itself */
  readonly crossSeriesReducer?: string;
  readonly groupByFields?: readonly string[];
}

export interface OperatorDependencies extends Time {
  /** One call of an API, such as `cloudtasks.googleapis.com`. Throws `GoogleRefusal` or with `EXIT.noAnswer`. */
  readonly call: (
    api: string,
    method: HttpMethod,
    path: string,
    body?: unknown,
  ) => Promise<unknown>;
}

/** The calls for a stack that is deployed, or on a local cloud. */
export async function connectOperator(target: Target): Promise<OperatorCalls> {
  return makeOperatorCalls(await stackOperations(target), {
    call: (...what) => callGoogle(target, ...what),
    now: Date.now,
    sleep: async (ms) => {
      await wait(ms);
    },
  });
}

const TASKS = "cloudtasks.googleapis.com";
const SCHEDULER = "cloudscheduler.googleapis.com";
const RUN = "run.googleapis.com";
const LOGGING = "logging.googleapis.com";
const MONITORING = "monitoring.googleapis.com";

/** Tasks a page, so few that a page is little memory; Google takes 1,000. One with its body may have 100 KB. */
const PAGE_SIZE: Readonly<Record<View, number>> = { BASIC: 500, FULL: 200 };
const LOG_PAGE_SIZE = 1000;

/** The fields of a queue that are read. */
const QUEUE_FIELDS = "name,state,rateLimits,retryConfig,taskTtl,tombstoneTtl,purgeTime,stats";

export function makeOperatorCalls(
  operations: Operations,
  { call, now, sleep }: OperatorDependencies,
): OperatorCalls {
  const time = { now, sleep };
  const send = (api: string, method: HttpMethod, path: string, body?: unknown): Promise<unknown> =>
    withRetries(() => call(api, method, path, body), time);
  const sendUntil = (
    until: number,
    method: HttpMethod,
    path: string,
    body?: unknown,
  ): Promise<unknown> =>
    withRetries(async () => {
      if (now() >= until) throw new CommandError(EXIT.failed, TOO_LATE);
      return call(TASKS, method, path, body);
    }, time);

  return {
    operations,
    async getQueue(queue) {
      checkQueue(operations, queue);
      const path = `/v2beta3/${queue}?readMask=${encodeURIComponent(QUEUE_FIELDS)}`;
      return queueSchema.parse(await send(TASKS, "GET", path));
    },
    async updateQueue(queue, mask, fields) {
      checkQueue(operations, queue);
      const path = `/v2beta3/${queue}?updateMask=${encodeURIComponent(mask.join())}`;
      return queueSchema.parse(await send(TASKS, "PATCH", path, fields));
    },
    async pauseQueue(queue) {
      checkQueue(operations, queue);
      await send(TASKS, "POST", `/v2/${queue}:pause`, {});
    },
    async resumeQueue(queue) {
      checkQueue(operations, queue);
      await send(TASKS, "POST", `/v2/${queue}:resume`, {});
    },
    async writeOperation(queue, action) {
      const entry = operationEntry(operations, queue, action);
      await send(LOGGING, "POST", "/v2/entries:write", { entries: [entry] });
    },
    async writeAudit(deed) {
      const entry = auditEntry(operations, deed, randomUUID());
      await send(LOGGING, "POST", "/v2/entries:write", { entries: [entry] });
    },
    async purgeQueue(queue) {
      checkQueue(operations, queue);
      await send(TASKS, "POST", `/v2/${queue}:purge`, {});
    },
    async *listTasks(queue, view = "BASIC") {
      checkQueue(operations, queue);
      let pageToken = "";
      do {
        const query = new URLSearchParams({
          responseView: view,
          pageSize: String(PAGE_SIZE[view]),
          ...(pageToken !== "" && { pageToken }),
        });
        const page = taskPageSchema.parse(
          await send(TASKS, "GET", `/v2/${queue}/tasks?${query.toString()}`),
        );
        yield page.tasks;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    async getTask(name, view = "BASIC") {
      checkTask(operations, name);
      try {
        return taskSchema.parse(await send(TASKS, "GET", `/v2/${name}?responseView=${view}`));
      } catch (error) {
        if (isMissing(error)) return EXISTED.test(error.detail) ? "gone" : "unknown";
        throw error;
      }
    },
    async createTask(queue, task, until = Infinity) {
      checkQueue(operations, queue);
      checkTask(operations, task.name);
      try {
        await sendUntil(until, "POST", `/v2/${queue}/tasks`, { task });
        return "created";
      } catch (error) {
        if (error instanceof GoogleRefusal && error.status === "ALREADY_EXISTS") return "exists";
        throw error;
      }
    },
    async deleteTask(name, until = Infinity) {
      checkTask(operations, name);
      try {
        await sendUntil(until, "DELETE", `/v2/${name}`);
        return "deleted";
      } catch (error) {
        if (!isMissing(error)) throw error;
        return error.mayBeDone ? "uncertain" : "missing";
      }
    },
    async runTask(name) {
      checkTask(operations, name);
      try {
        // A delivery that was begun and not heard of would be begun twice.
        await withRetries(() => call(TASKS, "POST", `/v2/${name}:run`, {}), time, true);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw takes(error, "roles/cloudtasks.taskRunner on the queue");
      }
    },
    async getJob(job) {
      checkJob(operations, job);
      return jobSchema.parse(await send(SCHEDULER, "GET", `/v1/${job}`));
    },
    async runJob(job) {
      checkJob(operations, job);
      // A run that was begun and not heard of would be begun twice.
      await withRetries(() => call(SCHEDULER, "POST", `/v1/${job}:run`, {}), time, true);
    },
    async switchJob(job, action) {
      checkJob(operations, job);
      try {
        await send(SCHEDULER, "POST", `/v1/${job}:${action}`, {});
      } catch (error) {
        throw takes(error, "roles/cloudscheduler.admin on the project");
      }
    },
    async getService(service) {
      checkService(operations, service);
      return serviceSchema.parse(await send(RUN, "GET", `/v2/${service}`));
    },
    async *listLogEntries(filter) {
      let pageToken = "";
      do {
        const page = logPageSchema.parse(
          await send(LOGGING, "POST", "/v2/entries:list", {
            resourceNames: [`projects/${operations.project}`],
            filter,
            orderBy: "timestamp asc",
            pageSize: LOG_PAGE_SIZE,
            ...(pageToken !== "" && { pageToken }),
          }),
        );
        yield page.entries;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    async listOpenAlerts() {
      const own = Object.values(operations.alerts ?? {});
      if (own.length === 0) return [];
      const open = await openAlerts(send, operations.project);
      return open.filter(({ policy }) => own.includes(policy.name));
    },
    async listTimeSeries({ filter, from, to, aggregation }) {
      const query = new URLSearchParams({
        filter,
        "interval.startTime": new Date(from).toISOString(),
        "interval.endTime": new Date(to).toISOString(),
      });
      if (aggregation) {
        const { groupByFields = [], ...rest } = aggregation;
        const settings = [
          ["alignmentPeriod", "60s"],
          ...Object.entries(rest),
          ...groupByFields.map((field) => ["groupByFields", field]),
        ];
        for (const [name, value = ""] of settings) query.append(`aggregation.${name}`, value);
      }
      const found: TimeSeries[] = [];
      try {
        do {
          const path = `/v3/projects/${operations.project}/timeSeries?${query.toString()}`;
          const page = timeSeriesPageSchema.parse(await send(MONITORING, "GET", path));
          found.push(...page.timeSeries);
          query.set("pageToken", page.nextPageToken);
        } while (query.get("pageToken") !== "");
      } catch (error) {
        // A metric is known only once something was measured.
        if (!(error instanceof GoogleRefusal && error.status === "NOT_FOUND")) throw error;
      }
      return found;
    },
  };
}

const TOO_LATE = "It took too long: run the command again.";

/** A refusal, with the role that it takes. */
function takes(error: unknown, role: string): unknown {
  if (!(error instanceof GoogleRefusal && error.exitCode === EXIT.permission)) return error;
  const words = `It takes ${role}, which a stack gives to nobody. Nothing was done.`;
  return new CommandError(EXIT.permission, `${error.message} ${words}`, { cause: error });
}

/** Google's words for a task that was there. */
const EXISTED = /existed recently/;

/** Whether Google says of a task that it is not there, rather than of its queue. */
function isMissing(error: unknown): error is GoogleRefusal {
  return (
    error instanceof GoogleRefusal &&
    error.status === "NOT_FOUND" &&
    !error.detail.startsWith("Queue does not exist.")
  );
}
