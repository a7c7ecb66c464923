import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import { isClaim } from "../redrive/claim.ts";

/** The ids of the claims of redrives that are under way, or were broken off. The dead-letter queue is read for them. */
export async function claimsOf(
  calls: Pick<OperatorCalls, "operations" | "listTasks">,
): Promise<string[]> {
  const claims: string[] = [];
  for await (const page of calls.listTasks(deadLetterQueue(calls))) {
    claims.push(...page.filter(isClaim).map(({ name }) => idOf(name)));
  }
  return claims;
}
