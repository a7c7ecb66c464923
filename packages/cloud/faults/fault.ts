import { z } from "zod";
import { CANONICAL_CODES } from "../api/googleError.ts";
import { boundedDuration } from "./duration.ts";

/** How often: what is left out is "always". */
const occurrence = {
  /** How many times it happens before it is gone. @default - any number of times */
  times: z.int().min(1).optional(),
  /** How likely it is each time. @default 1 */
  probability: z.number().gt(0).max(1).optional(),
};

/** A name, in which `*` stands for any text. */
const pattern = z.string().min(1);

/** Trouble with the requests that queues and jobs send to their targets. */
const deliveryFault = z.strictObject({
  on: z.literal("delivery"),
  /** Ids: `email`, `local-email-*`. @default - any */
  queue: pattern.optional(),
  task: pattern.optional(),
  job: pattern.optional(),
  /** How much later it is sent. */
  delay: boundedDuration.optional(),
  /** What it is answered, without being sent. */
  status: z.int().min(100).max(599).optional(),
  /** It is sent and its answer is lost: the connection breaks. */
  lostResponse: z.literal(true).optional(),
  /** It is sent twice; the first answer counts. */
  duplicate: z.literal(true).optional(),
  ...occurrence,
});

/** Trouble with calls of Google's API. */
const callFault = z.strictObject({
  on: z.literal("call"),
  /** `CreateTask`. @default - any */
  method: pattern.optional(),
  /** How much later it is carried out. */
  delay: boundedDuration.optional(),
  /** What it is answered, without being carried out. */
  code: z.enum(CANONICAL_CODES).optional(),
  /** It is carried out and its answer is lost: the connection breaks. */
  lostResponse: z.literal(true).optional(),
  ...occurrence,
});

/** A change of an IAM policy is in force only so much later. */
const policyFault = z.strictObject({ on: z.literal("policy"), delay: boundedDuration });

/** A queue is found only so long after its creation. */
const queueFault = z.strictObject({ on: z.literal("queue"), delay: boundedDuration });

/** A purge takes so long: tasks that are created meanwhile are purged too. */
const purgeFault = z.strictObject({ on: z.literal("purge"), delay: boundedDuration });

/** The descriptor of a log-based metric comes only so long after the metric. */
const metricFault = z.strictObject({ on: z.literal("metric"), delay: boundedDuration });

const does = (fault: object, effects: readonly string[]): boolean =>
  effects.some((effect) => effect in fault);

/** A fault, as a caller asks for it. */
export const faultSchema = z.discriminatedUnion("on", [
  deliveryFault
    .refine((fault) => does(fault, ["delay", "status", "lostResponse", "duplicate"]), {
      error: "must have 'delay', 'status', 'lostResponse' or 'duplicate'",
    })
    .refine(({ status, ...other }) => status === undefined || !does(other, NEED_AN_ANSWER), {
      error:
        "'status' answers without sending, so 'lostResponse' and 'duplicate' do not go with it",
    }),
  callFault
    .refine((fault) => does(fault, ["delay", "code", "lostResponse"]), {
      error: "must have 'delay', 'code' or 'lostResponse'",
    })
    .refine(({ code, lostResponse }) => code === undefined || lostResponse === undefined, {
      error: "'code' answers without carrying out, so 'lostResponse' does not go with it",
    }),
  policyFault,
  queueFault,
  purgeFault,
  metricFault,
]);

const NEED_AN_ANSWER = ["lostResponse", "duplicate"];

export type Fault = z.infer<typeof faultSchema>;
export type DeliveryFault = Extract<Fault, { on: "delivery" }>;
export type CallFault = Extract<Fault, { on: "call" }>;
