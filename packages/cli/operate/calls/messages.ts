import * as z from "zod";

/*
 * What of Google's messages operators need. Fields beside these are passed over; an int64 is a text.
 * https://cloud.google.com/tasks/docs/reference/rest/v2beta3/projects.locations.queues
 */

const count = z.coerce.number().default(0);

export const queueSchema = z.object({
  name: z.string(),
  state: z.string().default("RUNNING"),
  rateLimits: z
    .object({
      maxDispatchesPerSecond: z.number().default(0),
      maxConcurrentDispatches: z.int().default(0),
    })
    .default({ maxDispatchesPerSecond: 0, maxConcurrentDispatches: 0 }),
  retryConfig: z
    .object({
      maxAttempts: z.int().default(0),
      maxRetryDuration: z.string().default("0s"),
      minBackoff: z.string().default("0s"),
      maxBackoff: z.string().default("0s"),
      maxDoublings: z.int().default(0),
    })
    .optional(),
  /** How long a task is kept, and how long its name stays taken. Absent where Google tells neither. */
  taskTtl: z.string().optional(),
  tombstoneTtl: z.string().optional(),
  purgeTime: z.string().optional(),
  stats: z
    .object({
      tasksCount: count,
      oldestEstimatedArrivalTime: z.string().optional(),
      executedLastMinuteCount: count,
      concurrentDispatchesCount: count,
      effectiveExecutionRate: z.number().default(0),
    })
    .optional(),
});

/** A queue, as v2beta3 tells it. */
export type Queue = z.output<typeof queueSchema>;

const attempt = z.object({
  dispatchTime: z.string().optional(),
  responseTime: z.string().optional(),
  responseStatus: z
    .object({ code: z.int().default(0), message: z.string().default("") })
    .default({ code: 0, message: "" }),
});

export const taskSchema = z.object({
  /** `projects/P/locations/L/queues/Q/tasks/T` */
  name: z.string(),
  /** RFC 3339. */
  createTime: z.string(),
  scheduleTime: z.string(),
  dispatchDeadline: z.string().optional(),
  dispatchCount: z.int().default(0),
  responseCount: z.int().default(0),
  lastAttempt: attempt.optional(),
  httpRequest: z
    .object({
      url: z.string().default(""),
      httpMethod: z.string().default("POST"),
      headers: z.record(z.string(), z.string()).default({}),
      /** Base64; only in the view FULL. */
      body: z.string().optional(),
    })
    .default({ url: "", httpMethod: "POST", headers: {} }),
});

/** A task of a queue. */
export type Task = z.output<typeof taskSchema>;

export const taskPageSchema = z.object({
  tasks: z.array(taskSchema).default([]),
  nextPageToken: z.string().default(""),
});

export const jobSchema = z.object({
  name: z.string(),
  state: z.string().default("ENABLED"),
  schedule: z.string().default(""),
  timeZone: z.string().default("Etc/UTC"),
  /** When it is due next. */
  scheduleTime: z.string().optional(),
  lastAttemptTime: z.string().optional(),
  /** Of the last attempt; absent or 0 is a success. */
  status: z.object({ code: z.int().default(0), message: z.string().default("") }).optional(),
  /** What it calls, and with what: `body` is base64. */
  httpTarget: z.object({ uri: z.string(), body: z.string().default("") }).optional(),
});

/** A Scheduler job. */
export type Job = z.output<typeof jobSchema>;

export const serviceSchema = z.object({
  name: z.string(),
  latestReadyRevision: z.string().default(""),
  latestCreatedRevision: z.string().default(""),
  template: z
    .object({
      containers: z
        .array(
          z.object({
            resources: z
              .object({ limits: z.record(z.string(), z.string()).default({}) })
              .default({ limits: {} }),
          }),
        )
        .default([]),
      maxInstanceRequestConcurrency: z.int().default(0),
      scaling: z
        .object({ minInstanceCount: z.int().default(0), maxInstanceCount: z.int().default(0) })
        .default({ minInstanceCount: 0, maxInstanceCount: 0 }),
    })
    .default({
      containers: [],
      maxInstanceRequestConcurrency: 0,
      scaling: { minInstanceCount: 0, maxInstanceCount: 0 },
    }),
  terminalCondition: z
    .object({ state: z.string().default(""), message: z.string().default("") })
    .default({ state: "", message: "" }),
});

/** A service of Cloud Run. */
export type Service = z.output<typeof serviceSchema>;

const labels = z.object({ labels: z.record(z.string(), z.string()).default({}) });

export const timeSeriesSchema = z.object({
  metric: labels.default({ labels: {} }),
  resource: labels.default({ labels: {} }),
  /** The latest first. */
  points: z
    .array(
      z.object({
        interval: z.object({ endTime: z.string() }),
        value: z.object({ int64Value: z.coerce.number(), doubleValue: z.number() }).partial(),
      }),
    )
    .default([]),
});

/** A time series of Cloud Monitoring. */
export type TimeSeries = z.output<typeof timeSeriesSchema>;

export const timeSeriesPageSchema = z.object({
  timeSeries: z.array(timeSeriesSchema).default([]),
  nextPageToken: z.string().default(""),
});

export const logEntrySchema = z.object({
  timestamp: z.string(),
  logName: z.string().default(""),
  severity: z.string().default("DEFAULT"),
  labels: z.record(z.string(), z.string()).default({}),
  resource: z
    .object({ labels: z.record(z.string(), z.string()).default({}) })
    .default({ labels: {} }),
  jsonPayload: z.record(z.string(), z.unknown()).default({}),
});

/** An entry of Cloud Logging. */
export type LogEntry = z.output<typeof logEntrySchema>;

export const logPageSchema = z.object({
  entries: z.array(logEntrySchema).default([]),
  nextPageToken: z.string().default(""),
});
