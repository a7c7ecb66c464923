import { invokerIsDedicated } from "../../../policy/rules/invokerIsDedicated.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const INVOKER = "test-invoker@my-project.iam.gserviceaccount.com";
const queue = resource("gcp:cloudtasks/queue:Queue", "email", {
  httpTarget: { oidcToken: { serviceAccountEmail: INVOKER } },
});
const grant = resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "worker-invoker", {
  role: "roles/run.invoker",
  member: `serviceAccount:${INVOKER}`,
});

testRule(invokerIsDedicated, {
  accepts: {
    "an account that may call the worker, and no more": [
      queue,
      grant,
      resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-enqueuer-web", {
        role: "roles/cloudtasks.enqueuer",
        member: "serviceAccount:web@my-project.iam.gserviceaccount.com",
      }),
    ],
  },
  refuses: {
    "another role of the account, in each form of IAM resource": {
      resources: [
        queue,
        grant,
        resource("gcp:secretmanager/secretIamMember:SecretIamMember", "secret", {
          role: "roles/secretmanager.secretAccessor",
          member: `serviceAccount:${INVOKER}`,
        }),
        resource("gcp:cloudtasks/queueIamBinding:QueueIamBinding", "queue", {
          role: "roles/cloudtasks.enqueuer",
          members: [`serviceAccount:${INVOKER}`],
        }),
        resource("gcp:cloudrun/iamPolicy:IamPolicy", "policy", {
          policyData: JSON.stringify({
            bindings: [{ role: "roles/run.admin", members: [`serviceAccount:${INVOKER}`] }],
          }),
        }),
      ],
      messages: [
        ["SecretIamMember 'secret'", "roles/secretmanager.secretAccessor"],
        ["QueueIamBinding 'queue'", "roles/cloudtasks.enqueuer"],
        ["IamPolicy 'policy'", "roles/run.admin"],
      ].map(
        ([title, role]) =>
          `${String(title)} gives '${String(role)}' to 'serviceAccount:${INVOKER}', the account that tasks are sent ` +
          "as; it may have 'roles/run.invoker' alone.",
      ),
    },
    "another use of the account": {
      resources: [
        queue,
        grant,
        resource("gcp:cloudscheduler/job:Job", "daily", {
          httpTarget: { oauthToken: { serviceAccountEmail: INVOKER } },
        }),
        resource("gcp:cloudrun/service:Service", "old", {
          template: { spec: { serviceAccountName: INVOKER } },
        }),
      ],
      messages: [
        `Job 'daily' has 'httpTarget.oauthToken.serviceAccountEmail' '${INVOKER}', the account that tasks are ` +
          "sent as; give it an account of its own.",
        `Service 'old' has 'template.spec.serviceAccountName' '${INVOKER}', the account that tasks are sent as; ` +
          "give it an account of its own.",
      ],
    },
  },
});
