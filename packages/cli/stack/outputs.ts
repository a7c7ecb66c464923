import { z } from "zod";

/** What commands need of a stack's outputs. */
export const outputsSchema = z.object({
  clientEnvironment: z.record(z.string(), z.string()),
  invoker: z.string(),
  workerUrl: z.string(),
});

export type Outputs = z.output<typeof outputsSchema>;
