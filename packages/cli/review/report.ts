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
export function losesTasks({ operation, type }: ResourceChange): boolean {
  return type === QUEUE && (operation === "delete" || operation === "replace");
}

const QUEUE = "gcp:cloudtasks/queue:Queue";

/**
 * The inputs that are shown of a change. What a new resource is like can be read in the program; of one that is
 * deleted, what tells which it is.
 */
export function shownInputs({ operation, inputs }: ResourceChange): readonly InputChange[] {
  if (operation === "create") return [];
  return operation === "delete" ? inputs.filter(({ path }) => TELLS_WHICH.test(path)) : inputs;
}

const TELLS_WHICH = /^(?:name|displayName|\w+Id|role|member)$/;

/** The changes with those first that matter most. */
export function inOrderOfWeight(changes: readonly ResourceChange[]): ResourceChange[] {
  return [...changes].sort((a, b) => weight(a) - weight(b));
}

const WEIGHTS = { delete: 1, replace: 2, update: 3, create: 4 } as const;

function weight(change: ResourceChange): number {
  return losesTasks(change) ? 0 : WEIGHTS[change.operation];
}

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
