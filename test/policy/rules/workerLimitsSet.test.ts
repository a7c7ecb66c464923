import { workerLimitsSet } from "../../../policy/rules/workerLimitsSet.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const template = {
  timeout: "600s",
  scaling: { maxInstanceCount: 10 },
  containers: [{ resources: { limits: { cpu: "1", memory: "512Mi" } } }],
};

testRule(workerLimitsSet, {
  accepts: {
    "a service with all limits": [resource(SERVICE, "worker", { template })],
    "instances that are limited above all revisions": [
      resource(SERVICE, "worker", {
        template: { ...template, scaling: undefined },
        scaling: { maxInstanceCount: 10 },
      }),
    ],
  },
  refuses: {
    "a service that leaves one to Google": {
      resources: [
        resource(SERVICE, "worker", { template: { ...template, timeout: undefined } }),
        resource(SERVICE, "worker", {
          template: { ...template, containers: [{ resources: { limits: { cpu: "1" } } }] },
        }),
      ],
      messages: [
        "Service 'worker' has no 'template.timeout'; set it.",
        "Service 'worker' has no 'template.containers.0.resources.limits.memory'; set it.",
      ],
    },
    "a service without any": {
      resources: [resource(SERVICE, "worker", { template: { containers: [{}] } })],
      messages: [
        "Service 'worker' has no 'template.scaling.maxInstanceCount'; set it.",
        "Service 'worker' has no 'template.timeout'; set it.",
        "Service 'worker' has no 'template.containers.0.resources.limits.cpu'; set it.",
        "Service 'worker' has no 'template.containers.0.resources.limits.memory'; set it.",
      ],
    },
  },
});
