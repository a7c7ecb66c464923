import type { ServiceAccounts } from "./serviceAccounts.ts";

/** What is wrong with a member of a policy, or `undefined`. */
export function memberProblem(member: string, accounts: ServiceAccounts): string | undefined {
  if (!TYPE.test(member)) {
    return `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`;
  }
  if (!MEMBER.test(member)) return `Invalid member "${member}": it names no address.`;
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
  if (email === undefined || accounts.mayExist(email)) return undefined;
  return `Service account ${email} does not exist.`;
}

/** https://cloud.google.com/iam/docs/principal-identifiers */
const TYPE =
  /^(?:(?:allUsers|allAuthenticatedUsers)$|domain:|project(?:Owner|Editor|Viewer):|(?:deleted:)?(?:user|serviceAccount|group|principal(?:Set)?):)/;
const MEMBER =
  /^(?:allUsers|allAuthenticatedUsers|(?:deleted:)?(?:user|serviceAccount|group):[^@\s]+@[^@\s]+|domain:\S+|project(?:Owner|Editor|Viewer):\S+|(?:deleted:)?principal(?:Set)?:\/\/\S+)$/;
