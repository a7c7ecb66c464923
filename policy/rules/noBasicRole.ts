import { grantsOf } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const noBasicRole: ResourceRule = {
  kind: "resource",
  name: "no-basic-role",
  severity: "mandatory",
  description: "No grant is of a basic role, which spans every service.",
  check(resource) {
    return grantsOf(resource)
      .filter(({ role }) => BASIC_ROLES.includes(String(role)))
      .map(
        ({ role, member }) =>
          `${titleOf(resource)} gives the basic role '${String(role)}' to '${member ?? "a member"}'; give the role ` +
          "of one service that has just what is needed.",
      );
  },
};

/** https://cloud.google.com/iam/docs/roles-overview#basic */
const BASIC_ROLES = [
  "roles/owner",
  "roles/editor",
  "roles/viewer",
  "roles/admin",
  "roles/writer",
  "roles/reader",
];
