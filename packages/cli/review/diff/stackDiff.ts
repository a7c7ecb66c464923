import { resourceTypes } from "@background-tasks/program/resources/resourceTypes.ts";
import { evaluate, type Violation } from "../../../../policy/evaluate.ts";
import { readPolicyConfig, type PolicyConfig } from "../../../../policy/policyConfig.ts";
import type { Declared, DeclaredResource } from "@background-tasks/program/declare/declared.ts";
import { declaredResources } from "@background-tasks/program/declare/registeredResources.ts";
import type { ReportedViolation, StackReport } from "../report.ts";
import { compareResources } from "./compareResources.ts";

/** What a change to the program or to a stack's settings changes in what the stack asks Google for. */
export async function stackDiff(base: string, head: string, stack: string): Promise<StackReport> {
  const [before, after] = await Promise.all([
    declaredResources(base, stack),
    declaredResources(head, stack),
  ]);
  return reportOf(stack, before, after, readPolicyConfig(head, stack));
}

/** The report of a stack whose program declared this before and declares that now, judged by its configuration now. */
export function reportOf(
  stack: string,
  before: Declared,
  after: Declared,
  config: PolicyConfig,
): StackReport {
  if ("error" in after) {
    return { stack, changes: [], violations: [], notes: [], error: after.error.slice(0, 20_000) };
  }
  const notes =
    "error" in before
      ? [`The program did not run before, so that everything is shown as new: ${before.error}`]
      : [];
  const old = "error" in before ? [] : before.resources;
  return {
    stack,
    changes: compareResources(old, after.resources, resourceTypes),
    violations: violationsIn(config, old, after.resources),
    notes,
  };
}

function violationsIn(
  config: PolicyConfig,
  before: readonly DeclaredResource[],
  after: readonly DeclaredResource[],
): ReportedViolation[] {
  const known = new Set(evaluate(before, config).map(keyOf));
  return evaluate(after, config).map((violation) => ({
    ...violation,
    isNew: !known.has(keyOf(violation)),
  }));
}

function keyOf({ rule, resource = "" }: Violation): string {
  return `${rule} ${resource}`;
}
