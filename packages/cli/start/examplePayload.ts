import type { Contract } from "../../../tasks/contract/contract.ts";
import { examplePayload } from "../tasks/examplePayload.ts";

/** A task to try a stack with: the first of its contract for which an example payload can be made. */
export function exampleTask(
  tasks: Contract["tasks"],
): { readonly task: string; readonly payload: unknown } | undefined {
  for (const task of Object.keys(tasks)) {
    const payload = examplePayload(task, { tasks, schedules: {} });
    if (payload !== undefined) return { task, payload };
  }
  return undefined;
}
