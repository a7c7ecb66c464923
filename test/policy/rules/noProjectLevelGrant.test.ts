import { evaluate } from "../../../policy/evaluate.ts";
import { noProjectLevelGrant } from "../../../policy/rules/noProjectLevelGrant.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const advice =
  "on more than one resource; grant it on the queue, the service, the secret or the account that it is for.";
const member = "serviceAccount:test-worker@my-project.iam.gserviceaccount.com";

testRule(noProjectLevelGrant, {
  accepts: {
    "a grant on one queue": [
      resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-enqueuer", {
        role: "roles/cloudtasks.enqueuer",
        member,
      }),
    ],
    "the right to connect to one instance, which has no narrower place": [
      resource("gcp:projects/iAMMember:IAMMember", "worker-sql", {
        role: "roles/cloudsql.client",
        member,
        condition: {
          title: "orders",
          expression:
            'resource.name == "projects/data/instances/orders" && resource.service == "sqladmin.googleapis.com"',
        },
      }),
    ],
    "an API that is enabled on the project": [
      resource("gcp:projects/service:Service", "run", { service: "run.googleapis.com" }),
    ],
  },
  refuses: {
    "the right to connect to every instance, or to more than one": {
      resources: ["true", 'resource.name.startsWith("projects/data/instances/")', undefined].map(
        (expression) =>
          resource("gcp:projects/iAMMember:IAMMember", "sql", {
            role: "roles/cloudsql.client",
            member,
            ...(expression !== undefined && { condition: { title: "orders", expression } }),
          }),
      ),
      messages: [1, 2, 3].map(() => `IAMMember 'sql' gives 'roles/cloudsql.client' ${advice}`),
    },
    "a grant on the project, a folder or the organization, in each form": {
      resources: [
        resource("gcp:projects/iAMMember:IAMMember", "member", {
          role: "roles/cloudtasks.enqueuer",
          member,
        }),
        resource("gcp:folder/iAMBinding:IAMBinding", "binding", {
          role: "roles/run.invoker",
          members: [member],
        }),
        resource("gcp:organizations/iAMPolicy:IAMPolicy", "policy", {
          policyData: JSON.stringify({ bindings: [{ role: "roles/viewer", members: [member] }] }),
        }),
      ],
      messages: [
        `IAMMember 'member' gives 'roles/cloudtasks.enqueuer' ${advice}`,
        `IAMBinding 'binding' gives 'roles/run.invoker' ${advice}`,
        `IAMPolicy 'policy' gives 'roles/viewer' ${advice}`,
      ],
    },
  },
});

const ONCALL = "group:oncall@example.com";

it.each([
  ["roles/cloudscheduler.jobRunner", ONCALL, 0],
  ["roles/logging.logWriter", ONCALL, 0],
  ["roles/logging.viewer", ONCALL, 0],
  ["roles/logging.logWriter", member, 1],
  ["roles/logging.viewer", member, 1],
  ["roles/cloudtasks.viewer", ONCALL, 1],
])(
  "finds of '%s' for '%s' on the project %i wrong, where on-call operates it",
  (role, who, found) => {
    const grant = resource("gcp:projects/iAMMember:IAMMember", "grant", { role, member: who });
    const config = { "no-project-level-grant": { people: [ONCALL] } };

    expect(evaluate([grant], config, [noProjectLevelGrant])).toHaveLength(found);
  },
);
