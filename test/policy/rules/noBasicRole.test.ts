import { noBasicRole } from "../../../policy/rules/noBasicRole.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const member = "serviceAccount:test-worker@my-project.iam.gserviceaccount.com";
const advice = "give the role of one service that has just what is needed.";

testRule(noBasicRole, {
  accepts: {
    "a role of one service": [
      resource("gcp:storage/bucketIAMMember:BucketIAMMember", "files", {
        role: "roles/storage.objectViewer",
        member,
      }),
    ],
  },
  refuses: {
    "a basic role, in each form of IAM resource": {
      resources: [
        resource("gcp:projects/iAMMember:IAMMember", "member", { role: "roles/editor", member }),
        resource("gcp:projects/iAMBinding:IAMBinding", "binding", {
          role: "roles/owner",
          members: [member],
        }),
        resource("gcp:projects/iAMPolicy:IAMPolicy", "policy", {
          policyData: JSON.stringify({ bindings: [{ role: "roles/viewer", members: [member] }] }),
        }),
      ],
      messages: [
        `IAMMember 'member' gives the basic role 'roles/editor' to '${member}'; ${advice}`,
        `IAMBinding 'binding' gives the basic role 'roles/owner' to '${member}'; ${advice}`,
        `IAMPolicy 'policy' gives the basic role 'roles/viewer' to '${member}'; ${advice}`,
      ],
    },
  },
});
