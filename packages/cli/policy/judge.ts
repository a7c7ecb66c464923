import { evaluate, type Violation } from "../../../policy/evaluate.ts";
import { readPolicyConfig } from "../../../policy/policyConfig.ts";
import { heldResources } from "./heldResources.ts";
import { lookUp, type DeployedStack } from "./lookUp.ts";
import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";

/** What the rules say of a stack. */
export interface Verdict {
  readonly stack: string;
  /** How many resources the program registers. */
  readonly resources: number;
  readonly violations: readonly Violation[];
  /** The settings that the stack's file leaves out and that had an example's value. */
  readonly filledIn: readonly string[];
  /** Why the program could not be evaluated. */
  readonly error?: string;
}

/** Judges the program in the stacks of the working directory, or in one of them. */
export async function judge(only?: string): Promise<Verdict[]> {
  const stackFiles = readStackFiles(".", only);
  const replies = await registeredResources(".", stackFiles);
  return replies.map((reply) => {
    const { stack } = reply;
    if ("error" in reply) {
      return { stack, resources: 0, violations: [], filledIn: [], error: reply.error };
    }
    const { resources, filledIn } = reply;
    return {
      stack,
      resources: resources.length,
      violations: evaluate(resources, readPolicyConfig(".", stack)),
      filledIn,
    };
  });
}

/** Judges what the cloud holds of a stack after `up`, where everything is known. */
export async function judgeDeployed(deployed: DeployedStack): Promise<Verdict> {
  const { stack } = deployed;
  const config = readPolicyConfig(".", stack);
  const resources = heldResources(await lookUp(deployed));
  const violations = evaluate(resources, config);
  return { stack, resources: resources.length, violations, filledIn: [] };
}

/** Whether the stack may not be deployed as it is. */
export function isRefused({ violations, error }: Verdict): boolean {
  return error !== undefined || violations.some(({ severity }) => severity === "mandatory");
}
