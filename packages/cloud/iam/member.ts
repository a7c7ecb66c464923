import type { ServiceAccounts } from "./serviceAccounts.ts";

/** What is wrong with a member of a policy, or `undefined`. */
export function memberProblem(member: string, accounts: ServiceAccounts): string | undefined {
  if (!MEMBER.test(member)) return `Invalid member "${member}": ${FORMS}.`;
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
  if (email === undefined || accounts.mayExist(email)) return undefined;
  return `Service account ${email} does not exist.`;
}

/** https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER =
  /^(?:allUsers|allAuthenticatedUsers|(?:deleted:)?(?:user|serviceAccount|group):[^@\s]+@[^@\s]+|domain:\S+|project(?:Owner|Editor|Viewer):\S+|(?:deleted:)?principal(?:Set)?:\/\/\S+)$/;

const FORMS =
  "a member is allUsers, allAuthenticatedUsers, or of the form user:, serviceAccount:, group: or domain: and an address";
