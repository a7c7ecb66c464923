import { workerInvokerIamEnabled } from "../../../policy/rules/workerInvokerIamEnabled.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const V1 = "gcp:cloudrun/service:Service";
const V2 = "gcp:cloudrunv2/service:Service";
const ANNOTATION = "run.googleapis.com/invoker-iam-disabled";

testRule(workerInvokerIamEnabled, {
  accepts: {
    "a service that says nothing": [resource(V2, "worker", {}), resource(V1, "worker", {})],
    "a service that says so": [
      resource(V2, "worker", { invokerIamDisabled: false }),
      resource(V1, "worker", { metadata: { annotations: { [ANNOTATION]: "false" } } }),
    ],
  },
  refuses: {
    "a service that does not ask IAM": {
      resources: [
        resource(V2, "worker", { invokerIamDisabled: true }),
        resource(V1, "old", { metadata: { annotations: { [ANNOTATION]: "true" } } }),
      ],
      messages: [
        "Service 'worker' has 'invokerIamDisabled' 'true' and takes requests from anybody; remove it and grant " +
          "'roles/run.invoker' to the account that calls the service.",
        "Service 'old' has 'metadata.annotations.run.googleapis.com/invoker-iam-disabled' 'true' and takes " +
          "requests from anybody; remove it and grant 'roles/run.invoker' to the account that calls the service.",
      ],
    },
  },
});
