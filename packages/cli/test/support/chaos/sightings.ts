import { z } from "zod";
import { deadLetterHeaders } from "../../../../../tasks/contract/deadLetter.ts";
import { readLogLine } from "../../../operate/show/logLine.ts";
import type { HeardAnswer } from "./evidence.ts";
import { taskId } from "./plan.ts";

const answerSchema = z.object({
  event: z.literal("deliveryFinished"),
  task: z.string(),
  dispatchCount: z.int(),
  status: z.int(),
  dispatchTime: z.number(),
  durationMs: z.number(),
  end: z.enum(["done", "dropped"]).optional(),
});
const createdSchema = z.object({
  event: z.literal("taskCreated"),
  time: z.string(),
  headers: z.record(z.string(), z.string()),
});
const logSchema = z.object({ event: z.literal("containerLog"), line: z.string() });
const workerLineSchema = z.object({ outcome: z.string(), severity: z.string() });

/** What `npm start --json` tells of the tasks of the chaos. */
export class Sightings {
  readonly answers: HeardAnswer[] = [];
  /** Tasks of which a dead letter could not be written at a delivery. */
  readonly notKept = new Set<number>();
  /** When the last dead letter of a task was written. */
  readonly keptAt = new Map<number, number>();
  /** Tasks whose handler was cut short, since its worker stopped. */
  readonly stopped = new Set<number>();
  /** Tasks that were done, when a dead letter that there may be could not be taken back. */
  readonly notTakenBack = new Set<number>();
  /** The numbers of the tasks by their ids. */
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(numbers: readonly number[]) {
    this.#numbers = new Map(numbers.map((n) => [taskId(n), n]));
  }

  /** The number of the task that a dead letter keeps. */
  keptBy(headers: Readonly<Record<string, string>>): number | undefined {
    return this.#numbers.get(headers[deadLetterHeaders.taskId] ?? "");
  }

  /** Takes in a line of standard output. */
  hear(line: string): void {
    const json = parsed(line);
    this.#hearAnswer(json);
    const created = createdSchema.safeParse(json).data;
    const kept = created && this.keptBy(created.headers);
    if (kept !== undefined) this.keptAt.set(kept, Date.parse(created!.time));
    const log = logSchema.safeParse(json).data;
    if (log) this.#hearWorker(log.line);
  }

  #hearAnswer(json: unknown): void {
    const answer = answerSchema.safeParse(json).data;
    if (!answer) return;
    const { task, dispatchCount, status, end, dispatchTime, durationMs } = answer;
    const n = this.#numbers.get(task.slice(task.lastIndexOf("/") + 1));
    if (n === undefined) return;
    this.answers.push({ n, dispatchCount, status, end, time: dispatchTime + durationMs });
  }

  #hearWorker(line: string): void {
    const { outcome, severity } = workerLineSchema.safeParse(parsed(line)).data ?? {};
    const n = this.#numbers.get(readLogLine(line).task?.id ?? "");
    if (n === undefined) return;
    if (outcome === "not-kept") this.notKept.add(n);
    if (outcome === "stopped") this.stopped.add(n);
    if (outcome === "done" && severity === "WARNING") this.notTakenBack.add(n);
  }
}

/** The JSON of a line: the last one of a process that was killed is cut off. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
