import { workerNoPublicInvoker } from "../../../policy/rules/workerNoPublicInvoker.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const INVOKER = "serviceAccount:test-invoker@my-project.iam.gserviceaccount.com";
const advice = "name the accounts that need it instead.";

testRule(workerNoPublicInvoker, {
  accepts: {
    "a grant to one account": [
      resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "worker-invoker", {
        role: "roles/run.invoker",
        member: INVOKER,
      }),
    ],
  },
  refuses: {
    "everybody in another spelling": {
      resources: [
        resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-public", {
          role: "roles/cloudtasks.enqueuer",
          member: "AllUsers",
        }),
        resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "email-public", {
          role: "roles/cloudtasks.enqueuer",
          member: "principalSet://goog/public:all",
        }),
      ],
      messages: ["AllUsers", "principalSet://goog/public:all"].map(
        (member) =>
          `QueueIamMember 'email-public' names '${member}' in 'member'; name the accounts that need it instead.`,
      ),
    },
    "a domain, and whoever may edit the project": {
      resources: [
        resource("gcp:secretmanager/secretIamBinding:SecretIamBinding", "readers", {
          role: "roles/secretmanager.secretAccessor",
          members: ["domain:example.com", "projectEditor:my-project", "group:ops@example.com"],
        }),
      ],
      messages: ["domain:example.com", "projectEditor:my-project"].map(
        (member) =>
          `SecretIamBinding 'readers' gives 'roles/secretmanager.secretAccessor' to '${member}', whoever that may be; ` +
          "name the accounts that need it instead.",
      ),
    },
    "a grant to everybody, in each form of IAM resource": {
      resources: [
        resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "member", {
          role: "roles/run.invoker",
          member: "allUsers",
        }),
        resource("gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding", "binding", {
          role: "roles/run.invoker",
          members: [INVOKER, "allAuthenticatedUsers"],
        }),
        resource("gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy", "policy", {
          policyData: JSON.stringify({
            bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }],
          }),
        }),
        resource("gcp:cloudrun/iamMember:IamMember", "version-1", {
          role: "roles/run.invoker",
          member: "allUsers",
        }),
      ],
      messages: [
        `ServiceIamMember 'member' names 'allUsers' in 'member'; ${advice}`,
        `ServiceIamBinding 'binding' names 'allAuthenticatedUsers' in 'members.1'; ${advice}`,
        `ServiceIamPolicy 'policy' names 'allUsers' in 'policyData'; ${advice}`,
        `IamMember 'version-1' names 'allUsers' in 'member'; ${advice}`,
      ],
    },
    "a public queue and a public bucket": {
      resources: [
        resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "queue", {
          role: "roles/cloudtasks.enqueuer",
          member: "allAuthenticatedUsers",
        }),
        resource("gcp:storage/bucketACL:BucketACL", "bucket", {
          roleEntities: ["READER:allUsers"],
        }),
      ],
      messages: [
        `QueueIamMember 'queue' names 'allAuthenticatedUsers' in 'member'; ${advice}`,
        `BucketACL 'bucket' names 'allUsers' in 'roleEntities.0'; ${advice}`,
      ],
    },
  },
});
