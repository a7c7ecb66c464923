import { workerDedicatedAccount } from "../../../policy/rules/workerDedicatedAccount.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const V1 = "gcp:cloudrun/service:Service";
const V2 = "gcp:cloudrunv2/service:Service";
const WORKER = "test-worker@my-project.iam.gserviceaccount.com";
const INVOKER = "test-invoker@my-project.iam.gserviceaccount.com";
const accounts = [
  resource("gcp:serviceaccount/account:Account", "worker", { email: WORKER }),
  resource("gcp:serviceaccount/account:Account", "worker-invoker", { email: INVOKER }),
];
const queue = resource("gcp:cloudtasks/queue:Queue", "email", {
  httpTarget: { oidcToken: { serviceAccountEmail: INVOKER } },
});

testRule(workerDedicatedAccount, {
  accepts: {
    "a service with an account of its own": [
      ...accounts,
      queue,
      resource(V2, "worker", { template: { serviceAccount: WORKER } }),
    ],
    "the same, written for version 1 of the API": [
      ...accounts,
      queue,
      resource(V1, "worker", { template: { spec: { serviceAccountName: WORKER } } }),
    ],
  },
  refuses: {
    "a service without an account": {
      resources: [...accounts, resource(V2, "worker", { template: {} }), resource(V1, "old", {})],
      messages: [
        "Service 'worker' has no 'template.serviceAccount'; make it a service account of its own.",
        "Service 'old' has no 'template.spec.serviceAccountName'; make it a service account of its own.",
      ],
    },
    "a service that runs as the account that tasks are sent as": {
      resources: [
        ...accounts,
        queue,
        resource(V2, "worker", { template: { serviceAccount: INVOKER } }),
      ],
      messages: [
        `Service 'worker' has 'template.serviceAccount' '${INVOKER}', which Queue 'email' uses too; give each ` +
          "its own.",
      ],
    },
    "a service that runs as an account from elsewhere": {
      resources: [
        ...accounts,
        resource(V2, "worker", {
          template: { serviceAccount: "shared@my-project.iam.gserviceaccount.com" },
        }),
      ],
      messages: [
        "Service 'worker' has 'template.serviceAccount' 'shared@my-project.iam.gserviceaccount.com', which is " +
          `no account of this stack; the stack's are '${WORKER}', '${INVOKER}'.`,
      ],
    },
  },
});
