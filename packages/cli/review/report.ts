import { z } from "zod";

/*
 * What a review says of a stack. Reports are written by jobs that run a pull request's own code and read by
 * one that may write comments, so they are data in bounds and never instructions.
 */

const text = z.string().max(20_000);

const inputChange = z.strictObject({
  /** Such as `rateLimits.maxDispatchesPerSecond`. */
  path: text,
  /** As JSON. Absent where there was no such input. */
  before: text.optional(),
  after: text.optional(),
});

const resourceChange = z.strictObject({
  operation: z.enum(["create", "update", "replace", "delete"]),
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  type: text,
  name: text,
  inputs: z.array(inputChange).max(1_000),
  /** The inputs that cannot change in place. */
  replacedBy: z.array(text).max(100),
});

const reportedViolation = z.strictObject({
  rule: text,
  severity: z.enum(["mandatory", "advisory"]),
  resource: text.optional(),
  message: text,
  /** The stack did not break it before. */
  isNew: z.boolean(),
});

export const stackReport = z.strictObject({
  stack: z.string().regex(/^[\w.-]{1,100}$/),
  changes: z.array(resourceChange).max(5_000),
  violations: z.array(reportedViolation).max(5_000),
  /** What a reader should know of how this came about. */
  notes: z.array(text).max(20),
  /** Why the program cannot be evaluated. */
  error: text.optional(),
});

export type InputChange = Readonly<z.output<typeof inputChange>>;
export type ResourceChange = Readonly<z.output<typeof resourceChange>>;
export type ReportedViolation = Readonly<z.output<typeof reportedViolation>>;
export type StackReport = Readonly<z.output<typeof stackReport>>;

/** Whether tasks are lost: a deleted or replaced queue takes those that it holds with it. */
export function losesTasks(change: ResourceChange): boolean {
  return isQueue(change) && (change.operation === "delete" || change.operation === "replace");
}

export function isQueue({ type }: ResourceChange): boolean {
  return type === "gcp:cloudtasks/queue:Queue";
}

/** Whether it is made of chance, of which nothing but a name follows. */
export function isRandom({ type }: ResourceChange): boolean {
  return type.startsWith("random:");
}

/**
 * The changes with those first that matter most: what loses tasks, what goes, then what holds tasks or runs them.
 * What only watches comes last.
 */
export function inOrderOfWeight(changes: readonly ResourceChange[]): ResourceChange[] {
  const weights = new Map(changes.map((change) => [change, weight(change)]));
  return [...changes].sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
}

function weight(change: ResourceChange): number {
  const { operation, type } = change;
  if (losesTasks(change)) return 0;
  if (operation === "delete") return 1;
  if (operation === "replace") return 2;
  const kind = KINDS.findIndex((one) => one.test(type));
  return 3 + 2 * kind + (operation === "update" ? 0 : 1);
}

/** Types of resources, those first that matter most to tasks. */
const KINDS = [
  /^gcp:cloudtasks\/queue:/,
  /^gcp:cloudrunv2\//,
  /^gcp:cloudscheduler\//,
  /^(?!gcp:monitoring|gcp:logging|random:|docker:)/,
  /^(?:random|docker):/,
  /^gcp:monitoring\/alertPolicy:/,
  /^/,
];

/** `1 to delete, 2 to change in place`. */
export function summaryOf(changes: readonly ResourceChange[]): string {
  const counts = (["delete", "replace", "update", "create"] as const).flatMap((operation) => {
    const count = changes.filter((change) => change.operation === operation).length;
    return count === 0 ? [] : [`${count} to ${VERBS[operation]}`];
  });
  return counts.length === 0 ? "no change" : counts.join(", ");
}

const VERBS = {
  create: "create",
  update: "change in place",
  replace: "replace",
  delete: "delete",
} as const;
