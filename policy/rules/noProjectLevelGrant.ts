import { instanceGrant } from "../cloudSql.ts";
import { grantsOf, isAboveResources } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const noProjectLevelGrant: ResourceRule = {
  kind: "resource",
  name: "no-project-level-grant",
  severity: "mandatory",
  description:
    "Every role is granted on the one resource that it is for, none on the project but the right to connect to one " +
    "Cloud SQL instance (`roles/cloudsql.client` under a condition), for which Google has no narrower place.",
  check(resource) {
    if (!isAboveResources(resource) || instanceGrant(resource)) return [];
    const roles = new Set(grantsOf(resource).map(({ role }) => role ?? "a role"));
    return [
      `${titleOf(resource)} gives ${[...roles].map((role) => `'${role}'`).join(", ")} on more than one ` +
        "resource; grant it on the queue, the service, the secret or the account that it is for.",
    ];
  },
};
