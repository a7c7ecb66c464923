import * as z from "zod";
import type { TaskContract } from "./contract/contract.ts";
import type { QueueName } from "./queues.ts";
import type { SettingName } from "./settings.ts";

/**
 * Every kind of task: the queue it runs on, the payload it carries, and the settings that its handler is
 * given. The worker has one handler per entry: add a task here and the compiler finds the rest.
 */
export const tasks = {
  "send-email": {
    queue: "email",
    settings: ["mailFrom", "smtpUrl"],
    payload: z.strictObject({
      to: z.email(),
      subject: z.string().min(1).max(200),
      text: z.string().max(50_000),
    }),
  },
  "send-digest": {
    queue: "default",
    payload: z.strictObject({
      recipients: z.array(z.email()).min(1).max(500),
      /** The IANA time zone in which a digest's day is told. */
      timeZone: z.string(),
      /** When that day begins, `HH:MM`: a digest that runs earlier belongs to the day before. */
      dayStartsAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as '06:00'"),
    }),
    enqueues: ["send-email"],
  },
} as const satisfies Record<string, TaskContract<QueueName, SettingName>>;
