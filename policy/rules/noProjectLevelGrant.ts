import { instanceGrant } from "../cloudSql.ts";
import { grantsOf, isAboveResources, isSameMember } from "../grants.ts";
import { titleOf, type Resource } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const noProjectLevelGrant: ResourceRule<{ people: readonly string[] }> = {
  kind: "resource",
  name: "no-project-level-grant",
  severity: "mandatory",
  description:
    "Every role is granted on the one resource that it is for, none on the project but those for which Google has no " +
    "narrower place: the right to connect to one Cloud SQL instance (`roles/cloudsql.client` under a condition) and, for " +
    "the people who operate the stack, to see and run Scheduler jobs, to see logs and metrics and to write down in a log " +
    "what they do.",
  settings: {
    people: {
      description:
        "The stack's `operators` and `viewers`, who may have `roles/cloudscheduler.jobRunner`, " +
        "`roles/cloudscheduler.viewer`, `roles/logging.logWriter`, `roles/logging.viewer` and `roles/monitoring.viewer`.",
      default: [],
    },
  },
  check(resource, { people }) {
    if (!isAboveResources(resource) || instanceGrant(resource)) return [];
    if (isOfPeople(resource, people)) return [];
    const roles = new Set(grantsOf(resource).map(({ role }) => role ?? "a role"));
    return [
      `${titleOf(resource)} gives ${[...roles].map((role) => `'${role}'`).join(", ")} on more than one ` +
        "resource; grant it on the queue, the service, the secret or the account that it is for.",
    ];
  },
};

/** Neither jobs nor logs nor metrics have a policy of their own, and none of the three takes conditions by name. */
const OF_PEOPLE = [
  "roles/cloudscheduler.jobRunner",
  "roles/cloudscheduler.viewer",
  "roles/logging.logWriter",
  "roles/logging.viewer",
  "roles/monitoring.viewer",
];

function isOfPeople(resource: Resource, people: readonly string[]): boolean {
  return (
    resource.type === "gcp:projects/iAMMember:IAMMember" &&
    grantsOf(resource).every(
      ({ role, member }) =>
        (role === undefined || OF_PEOPLE.includes(role)) &&
        (member === undefined || people.some((one) => isSameMember(one, member))),
    )
  );
}
