/*
 * What the first view shows is asked for by a script of its own (early.ts), before that of the page is read, which takes a
 * browser longer than the answer takes to come. They have nothing in common but this.
 */

declare global {
  /** What was answered, by the address of its call; `undefined` where it was refused or nobody answered. */
  var earlyAnswers: Map<string, Promise<unknown>> | undefined;
}

/** The address of a call that changes nothing. */
export function addressOf(name: string, args: object): string {
  return `/console/v1/${name}?args=${encodeURIComponent(JSON.stringify(args))}`;
}

/** The answer to what was asked early, once. What is asked after a refusal is asked anew. */
export async function earlyAnswer(address: string): Promise<unknown> {
  const answers = globalThis.earlyAnswers;
  const asked = answers?.get(address);
  if (!asked) return undefined;
  answers?.delete(address);
  const answer = await asked;
  if (answer === undefined) answers?.clear();
  return answer;
}
