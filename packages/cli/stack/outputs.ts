import { z } from "zod";

const fullNames = z.record(z.string(), z.string());

const setting = z.union([z.number(), z.string()]);

/** How a queue is set: `rateLimits` and `retryConfig` as Google was asked for them. */
const deployedQueue = z.object({
  /** Absent where the stack was deployed before it told them; `maxWait` also where alerts are off. */
  maxAttempts: z.number().optional(),
  maxWait: z.string().optional(),
  rateLimits: z.record(z.string(), setting).optional(),
  retryConfig: z.record(z.string(), setting).optional(),
});

export type DeployedQueue = z.output<typeof deployedQueue>;

/** The output `operations`: where everything of a stack is. `infra/operations.ts` makes it and says what is what. */
export const operationsSchema = z.object({
  stack: z.string(),
  project: z.string(),
  region: z.string(),
  protect: z.boolean(),
  queues: fullNames,
  /** Absent where the stack was deployed before it told them, as `logMetrics` and `alerts` are. */
  queueSettings: z.record(z.string(), deployedQueue).optional(),
  schedules: fullNames,
  logMetrics: z.record(z.string(), z.string()).optional(),
  alerts: fullNames.optional(),
  workers: z
    .array(
      z.object({
        name: z.string(),
        service: z.string(),
        url: z.string(),
        invoker: z.string(),
        queues: z.array(z.string()),
      }),
    )
    .min(1),
  imageRepository: z.string(),
});

export type Operations = z.output<typeof operationsSchema>;

/** What commands need of a stack's outputs. */
export const outputsSchema = z.object({
  clientEnvironment: z.record(z.string(), z.string()),
  operations: operationsSchema,
});

export type Outputs = z.output<typeof outputsSchema>;
