import { noImpersonationRole } from "../../../policy/rules/noImpersonationRole.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const MEMBER = "gcp:serviceaccount/iAMMember:IAMMember";
const AGENT = "serviceAccount:service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com";
const WEB = "serviceAccount:web@my-project.iam.gserviceaccount.com";
const advice =
  "who could act as that account; remove it. A queue sends its tasks' token, so whoever enqueues needs no such " +
  "role.";

testRule(noImpersonationRole, {
  accepts: {
    "the Cloud Tasks agent as a user of the account": [
      resource(MEMBER, "agent", { role: "roles/iam.serviceAccountUser", member: AGENT }),
    ],
    "a role that lets nobody act as another": [
      resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-enqueuer", {
        role: "roles/cloudtasks.enqueuer",
        member: WEB,
      }),
    ],
  },
  refuses: {
    "anybody else as a user of an account": {
      resources: [resource(MEMBER, "web", { role: "roles/iam.serviceAccountUser", member: WEB })],
      messages: [`IAMMember 'web' gives 'roles/iam.serviceAccountUser' to '${WEB}', ${advice}`],
    },
    "a role that mints tokens, even for the agent": {
      resources: [
        resource(MEMBER, "agent", { role: "roles/iam.serviceAccountTokenCreator", member: AGENT }),
        resource("gcp:serviceaccount/iAMBinding:IAMBinding", "ci", {
          role: "roles/iam.workloadIdentityUser",
          members: [WEB],
        }),
      ],
      messages: [
        `IAMMember 'agent' gives 'roles/iam.serviceAccountTokenCreator' to '${AGENT}', ${advice}`,
        `IAMBinding 'ci' gives 'roles/iam.workloadIdentityUser' to '${WEB}', ${advice}`,
      ],
    },
  },
});

describe("no-impersonation-role, told who deploys", () => {
  it("accepts a deployer as a user of the account", () => {
    const deployer = "serviceAccount:deployer@my-project.iam.gserviceaccount.com";
    const grant = resource(MEMBER, "deployer", {
      role: "roles/iam.serviceAccountUser",
      member: deployer,
    });

    expect(noImpersonationRole.check(grant, { deployers: [deployer] })).toEqual([]);
    expect(noImpersonationRole.check(grant, { deployers: [WEB] })).toHaveLength(1);
  });
});
