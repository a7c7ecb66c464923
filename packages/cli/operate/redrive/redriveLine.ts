import * as z from "zod";
import { RESULTS, type RedriveResult } from "./redrive.ts";

/** What became of a dead letter, as `--json` prints it: one object a line. */
export const redriveLineSchema = z.strictObject({
  kind: z.literal("redrive"),
  run: z.string(),
  /** The dead letter's id. */
  id: z.string(),
  /** `planned` is what a dry run would redrive. */
  result: z.enum([...RESULTS, "planned"]),
  /** The full name of the task that it is now. */
  name: z.string().optional(),
  /** When that is due, where it is not at once. */
  scheduleTime: z.iso.datetime().optional(),
  error: z.string().optional(),
});

/** The last line. */
export const redriveSummarySchema = z.strictObject({
  kind: z.literal("summary"),
  run: z.string(),
  /** How many came to each result. */
  results: z.partialRecord(z.enum([...RESULTS, "planned"]), z.int()),
  /** Those that were left when it was stopped. */
  untried: z.int(),
  /** The journal's file. */
  journal: z.string().optional(),
});

export function redriveLine(run: string, one: RedriveResult): z.output<typeof redriveLineSchema> {
  const { id, result, task, due, why } = one;
  return {
    kind: "redrive",
    run,
    id,
    result,
    ...(task !== undefined && { name: task }),
    ...(due !== undefined && { scheduleTime: new Date(due).toISOString() }),
    ...(why !== undefined && { error: why }),
  };
}
