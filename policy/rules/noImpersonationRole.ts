import { grantsOf } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const noImpersonationRole: ResourceRule<{ deployers: readonly string[] }> = {
  kind: "resource",
  name: "no-impersonation-role",
  severity: "mandatory",
  description:
    "Nobody may act as a service account, except for the Cloud Tasks agent and the deployers, who may have " +
    "`roles/iam.serviceAccountUser`.",
  settings: {
    deployers: {
      description: "IAM members that deploy stacks.",
      default: [],
    },
  },
  check(resource, { deployers }) {
    return grantsOf(resource).flatMap(({ role, member }) => {
      if (!IMPERSONATION_ROLES.includes(String(role))) return [];
      const isDeployer = member === undefined || AGENT.test(member) || deployers.includes(member);
      if (role === USER && isDeployer) return [];
      return [
        `${titleOf(resource)} gives '${String(role)}' to '${member ?? "a member"}', who could act as that account; ` +
          "remove it. A queue sends its tasks' token, so whoever enqueues needs no such role.",
      ];
    });
  },
};

const USER = "roles/iam.serviceAccountUser";

const IMPERSONATION_ROLES = [
  USER,
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountOpenIdTokenCreator",
  "roles/iam.serviceAccountAdmin",
  "roles/iam.serviceAccountKeyAdmin",
  "roles/iam.workloadIdentityUser",
];

const AGENT = /^serviceAccount:service-\d+@gcp-sa-cloudtasks\.iam\.gserviceaccount\.com$/;
