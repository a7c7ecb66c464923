import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";

/** The header of a task on the dead-letter queue that says which dead letters a redrive is about to move. */
export const CLAIM_HEADER = "Redrive-Claim";

/** The ids of the claims of redrives that are under way, or were broken off. The dead-letter queue is read for them. */
export async function claimsOf(
  calls: Pick<OperatorCalls, "operations" | "listTasks">,
): Promise<string[]> {
  const claims: string[] = [];
  for await (const page of calls.listTasks(deadLetterQueue(calls))) {
    for (const { name, httpRequest } of page) {
      if (httpRequest.headers[CLAIM_HEADER] !== undefined) claims.push(idOf(name));
    }
  }
  return claims;
}
