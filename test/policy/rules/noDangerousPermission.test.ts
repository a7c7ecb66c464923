import { noDangerousPermission } from "../../../policy/rules/noDangerousPermission.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const role = (...permissions: string[]) =>
  resource("gcp:projects/iAMCustomRole:IAMCustomRole", "queues", { permissions });

testRule(noDangerousPermission, {
  accepts: {
    "a role that looks": [
      role("cloudtasks.queues.get", "cloudtasks.tasks.list", "run.services.get"),
    ],
  },
  refuses: {
    "permissions that other rules keep from everybody": {
      resources: [
        role(
          "run.routes.invoke",
          "iam.serviceAccounts.actAs",
          "iam.serviceAccounts.getAccessToken",
          "secretmanager.versions.access",
          "cloudtasks.queues.setIamPolicy",
          "cloudtasks.queues.get",
        ),
      ],
      messages: [
        "run.routes.invoke",
        "iam.serviceAccounts.actAs",
        "iam.serviceAccounts.getAccessToken",
        "secretmanager.versions.access",
        "cloudtasks.queues.setIamPolicy",
      ].map((permission) => `IAMCustomRole 'queues' holds '${permission}'; remove it.`),
    },
  },
});
