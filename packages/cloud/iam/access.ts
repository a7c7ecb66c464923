import type { PolicyStore } from "./policyStore.ts";

/** The person at the laptop, who may do everything. */
export const OWNER = "user:owner@local-project.example";

/** Whether the policies grant `member` a permission on a resource: its own policy does, or its project's. */
export function isGranted(
  policies: PolicyStore,
  member: string,
  permission: string,
  resource: string,
): boolean {
  if (member === OWNER || grants(policies, member, permission, resource)) return true;
  const project = PROJECT.exec(resource)?.[0];
  return (
    project !== undefined && project !== resource && grants(policies, member, permission, project)
  );
}

const PROJECT = /^projects\/[^/]+/;

function grants(
  policies: PolicyStore,
  member: string,
  permission: string,
  resource: string,
): boolean {
  for (const { role, members, condition } of policies.inForce(resource).bindings ?? []) {
    if (condition !== undefined || !includes(members, member)) continue;
    const permissions = policies.permissionsOf(role);
    if (permissions === "all" || permissions?.has(permission)) return true;
  }
  return false;
}

/** A caller without a token is `allUsers` and nobody else. */
function includes(members: readonly string[], member: string): boolean {
  return (
    members.includes(member) ||
    members.includes("allUsers") ||
    (member !== "allUsers" && members.includes("allAuthenticatedUsers"))
  );
}
