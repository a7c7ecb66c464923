import type { Contract } from "../../../../tasks/contract/contract.ts";
import { HIDDEN, sensitiveParts } from "../../../../tasks/contract/sensitive.ts";
import { payloadOf } from "../deadLetters/selector.ts";

/** A task's payload, as much of it as may be told. */
export interface ShownPayload {
  readonly value: unknown;
  /** Whether anything of it is hidden. */
  readonly isHidden: boolean;
}

/**
 * What may be told of the payload of a task of this project's contract: all but its sensitive fields. Of a task
 * that is not known here, or a body that is no JSON, nobody knows what is sensitive: nothing is told.
 */
export function shownPayload(
  { tasks }: Pick<Contract, "tasks">,
  task: string | undefined,
  body: Buffer,
): ShownPayload {
  const contract = task !== undefined && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  const payload = payloadOf({ body, cutFrom: undefined });
  if (!contract || payload === undefined) return { value: HIDDEN, isHidden: true };
  const { isAny, hide } = sensitiveParts(contract.payload);
  return { value: hide(payload), isHidden: isAny };
}
