import { noDefaultServiceAccount } from "../../../policy/rules/noDefaultServiceAccount.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const V2 = "gcp:cloudrunv2/service:Service";
const COMPUTE = "123456789012-compute@developer.gserviceaccount.com";

testRule(noDefaultServiceAccount, {
  accepts: {
    "an account that was made for the service": [
      resource(V2, "worker", {
        template: { serviceAccount: "test-worker@my-project.iam.gserviceaccount.com" },
      }),
    ],
  },
  refuses: {
    "a service that runs as a default account": {
      resources: [
        resource(V2, "worker", { template: { serviceAccount: COMPUTE } }),
        resource(V2, "silent", { template: {} }),
      ],
      messages: [
        `Service 'worker' names the default account '${COMPUTE}' in 'template.serviceAccount'; make an account ` +
          "for this purpose.",
        "Service 'silent' has no 'template.serviceAccount' and runs as the project's default account; make one " +
          "for it.",
      ],
    },
    "a default account in a token and in a grant": {
      resources: [
        resource("gcp:cloudscheduler/job:Job", "daily", {
          httpTarget: {
            oauthToken: { serviceAccountEmail: "my-project@appspot.gserviceaccount.com" },
          },
        }),
        resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-enqueuer", {
          member: `serviceAccount:${COMPUTE}`,
        }),
      ],
      messages: [
        "Job 'daily' names the default account 'my-project@appspot.gserviceaccount.com' in " +
          "'httpTarget.oauthToken.serviceAccountEmail'; make an account for this purpose.",
        `QueueIamMember 'email-enqueuer' names the default account '${COMPUTE}' in 'member'; make an account for ` +
          "this purpose.",
      ],
    },
  },
});
