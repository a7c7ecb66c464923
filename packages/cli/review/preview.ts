import { z } from "zod";
import { changedLeaves } from "./diff/changedLeaves.ts";
import type { ResourceChange } from "./report.ts";

const state = z.object({ inputs: z.record(z.string(), z.unknown()).default({}) }).nullish();

const step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: state,
  newState: state,
  replaceReasons: z.array(z.string()).nullish(),
});

type Step = z.output<typeof step>;

const preview = z.object({ steps: z.array(step).nullish() });

/**
 * The changes that `pulumi preview --json` tells of, resource by resource. The engine has replaced secrets
 * by `[secret]` already.
 */
export function previewChanges(json: unknown): ResourceChange[] {
  const { steps } = preview.parse(json);
  return lastOfEach(steps ?? []).flatMap(({ op, urn, oldState, newState, replaceReasons }) => {
    const operation = OPERATIONS[op];
    const [type = "", name = ""] = urn.split("::").slice(-2);
    if (operation === undefined || isOnlyThePrograms(type)) return [];
    return [
      {
        operation,
        type: type.slice(type.lastIndexOf("$") + 1),
        name,
        inputs: changedLeaves(own(oldState?.inputs), own(newState?.inputs)),
        replacedBy: replaceReasons ?? [],
      },
    ];
  });
}

/** Steps by what they come to. A replacement has three: its other two say nothing more. */
const OPERATIONS: Readonly<Record<string, ResourceChange["operation"] | undefined>> = {
  same: undefined,
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/**
 * With `--refresh` a resource that was changed past the program has a step that takes this over into the
 * state, and then the one that matters: what is to be done about it.
 */
function lastOfEach(steps: readonly Step[]): Step[] {
  const told = steps.filter(({ op }) => op in OPERATIONS);
  return [...new Map(told.map((one) => [one.urn, one])).values()];
}

/** Components and providers are nothing in the cloud. */
function isOnlyThePrograms(type: string): boolean {
  const leaf = type.slice(type.lastIndexOf("$") + 1);
  return leaf.startsWith("pulumi:") || leaf.startsWith("background-tasks:");
}

/** Inputs without what the engine keeps for itself. */
function own(inputs: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}
