import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, items, text } from "../values.ts";

export const noDangerousPermission: ResourceRule = {
  kind: "resource",
  name: "no-dangerous-permission",
  severity: "mandatory",
  description:
    "No role of the team's own holds a permission to call a service, to act as an account, to read a secret, or to give " +
    "roles: by another name it would be what other rules refuse.",
  types: [
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:organizations/iAMCustomRole:IAMCustomRole",
  ],
  check(role) {
    return items(at(role.properties, "permissions"))
      .map(text)
      .filter((permission) => permission !== undefined && DANGEROUS.test(permission))
      .map((permission) => `${titleOf(role)} holds '${String(permission)}'; remove it.`);
  },
};

/** https://cloud.google.com/iam/docs/permissions-reference */
const DANGEROUS =
  /^(?:run\.(?:routes\.invoke|jobs\.run\w*)|cloudfunctions\.functions\.invoke|iam\.serviceAccounts\.(?:actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)|iam\.serviceAccountKeys\.create|iam\.roles\.(?:create|update)|secretmanager\.versions\.access|.*\.setIamPolicy)$/i;
