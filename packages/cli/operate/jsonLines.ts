import * as z from "zod";
import { buryLineSchema, burySummarySchema } from "./bury/carryOut.ts";
import { deadLetterLineSchema, groupLineSchema } from "./deadLetters/deadLetterLine.ts";
import { importLineSchema, importSummarySchema } from "./deadLetters/importCommand.ts";
import { plannedGroupSchema } from "./redrive/plannedGroups.ts";
import { redriveLineSchema, redriveSummarySchema } from "./redrive/redriveLine.ts";

/*
 * What `--json` prints, one object a line. README.md lists the fields; a line of any other form is a bug.
 */

const value = z.union([z.number(), z.string()]);

const queueFields = {
  /** Its key in `tasks/queues.ts`. */
  key: z.string(),
  name: z.string(),
  state: z.string(),
  tasks: z.int(),
  deliveredLastMinute: z.int(),
  inFlight: z.int(),
  mostInFlight: z.int(),
  rate: z.number(),
  askedRate: z.number(),
  drainsInMs: z.number().optional(),
  settings: z.array(
    z.strictObject({
      setting: z.string(),
      inForce: value,
      deployed: value.optional(),
      ofWorker: value.optional(),
      hasDrifted: z.boolean(),
    }),
  ),
  maxWait: z.string().optional(),
};

const group = z.strictObject({
  ...groupLineSchema.omit({ kind: true, by: true }).shape,
  ...{ first: z.int(), last: z.int(), expires: z.int() },
});

/** Of `status`: times are in milliseconds. */
const status = z.strictObject({
  kind: z.literal("status"),
  stack: z.string(),
  project: z.string(),
  region: z.string(),
  queues: z.array(z.strictObject({ ...queueFields, oldestDue: z.int().optional() })),
  deadLetters: z.strictObject({
    count: z.int(),
    oldest: z.strictObject({ created: z.int(), expires: z.int() }).optional(),
    keptMs: z.int(),
  }),
  schedules: z.array(
    z.strictObject({
      key: z.string(),
      state: z.string(),
      next: z.int().optional(),
      last: z.int().optional(),
      lastCode: z.int(),
    }),
  ),
  workers: z.array(
    z.strictObject({
      service: z.string(),
      isReady: z.boolean(),
      message: z.string(),
      revision: z.string(),
      minInstances: z.int(),
      maxInstances: z.int(),
      concurrency: z.int(),
      memory: z.string(),
      queues: z.array(z.string()),
      instances: z.strictObject({ active: z.int(), idle: z.int(), time: z.int() }).optional(),
    }),
  ),
  problems: z.array(z.string()),
  causes: z.strictObject({ read: z.int(), isWhole: z.boolean(), groups: z.array(group) }),
  alerts: z.strictObject({
    count: z.int(),
    open: z.array(
      z.strictObject({
        title: z.string(),
        /** What tells it from others of its title. */
        about: z.string(),
        /** Whether `smoke --alerts` opened it. */
        isRehearsal: z.boolean(),
        since: z.int(),
      }),
    ),
    notTold: z.string().optional(),
  }),
});

const queue = z.strictObject({
  kind: z.literal("queue"),
  ...queueFields,
  oldestDue: z.iso.datetime().optional(),
});

const switchedQueue = z.strictObject({
  kind: z.literal("queue"),
  key: z.string(),
  state: z.string(),
});

const task = z.strictObject({
  kind: z.literal("task"),
  /** The key of its queue. */
  queue: z.string(),
  id: z.string(),
  name: z.string(),
  task: z.string().optional(),
  deliveries: z.int(),
  answers: z.int(),
  lastAnswer: z.string(),
  idempotencyKey: z.string(),
  due: z.iso.datetime(),
  created: z.iso.datetime(),
  /** Only of `show --reveal`. */
  payload: z.unknown().optional(),
});

const gone = z.strictObject({
  kind: z.literal("gone"),
  id: z.string(),
  task: z.string().optional(),
  queue: z.string().optional(),
});

/** What the worker's log says of a task, the oldest first. */
const timeline = z.array(
  z.strictObject({
    time: z.iso.datetime(),
    severity: z.string(),
    attempt: z.string(),
    outcome: z.string(),
    status: z.int().optional(),
    message: z.string(),
    stack: z.string(),
    revision: z.string(),
  }),
);

const exported = z.strictObject({
  kind: z.literal("export"),
  letters: z.int(),
  file: z.string(),
});

const discarded = z.strictObject({
  kind: z.literal("discard"),
  /** How many it deleted; were gone, since somebody else has redriven or discarded them; and one or the other. */
  letters: z.int(),
  gone: z.int(),
  uncertain: z.int(),
  file: z.string(),
});

const kept = z.strictObject({
  kind: z.literal("keep"),
  queue: z.string(),
  taskTtl: z.string().optional(),
  tombstoneTtl: z.string().optional(),
});

const purged = z.strictObject({ kind: z.literal("purge"), queue: z.string(), tasks: z.int() });

const cancelled = z.strictObject({
  kind: z.literal("cancel"),
  task: z.string(),
  id: z.string(),
  result: z.enum(["cancelled", "gone", "uncertain"]),
  name: z.string().optional(),
});

const ran = z.strictObject({ kind: z.literal("run"), schedule: z.string(), job: z.string() });

/** The lines of each command, by its name. */
export const JSON_LINES = {
  status: [status],
  queues: [queue],
  list: [task],
  show: [deadLetterLineSchema, task, gone].map((one) => one.extend({ timeline })),
  "dead-letters": [groupLineSchema, deadLetterLineSchema],
  redrive: [redriveLineSchema, plannedGroupSchema, redriveSummarySchema],
  "redrive --stop": [buryLineSchema, burySummarySchema],
  discard: [deadLetterLineSchema, discarded],
  export: [exported],
  import: [importLineSchema, importSummarySchema],
  bury: [buryLineSchema, burySummarySchema],
  keep: [kept],
  pause: [switchedQueue],
  resume: [switchedQueue],
  purge: [purged],
  cancel: [cancelled],
  run: [ran],
} as const satisfies Readonly<Record<string, readonly z.ZodObject[]>>;
