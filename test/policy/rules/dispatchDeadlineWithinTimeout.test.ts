import { dispatchDeadlineWithinTimeout } from "../../../policy/rules/dispatchDeadlineWithinTimeout.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const service = (timeout: string | undefined, deadlines: Record<string, string>) =>
  resource(SERVICE, "worker", {
    template: {
      timeout,
      containers: [
        {
          envs: [
            {
              name: "TASKS_QUEUES",
              value: JSON.stringify(
                Object.fromEntries(
                  Object.entries(deadlines).map(([queue, dispatchDeadline]) => [
                    queue,
                    { dispatchDeadline },
                  ]),
                ),
              ),
            },
          ],
        },
      ],
    },
  });

testRule(dispatchDeadlineWithinTimeout, {
  accepts: {
    "deadlines up to the timeout": [service("600s", { email: "60s", default: "600s" })],
    "a service without queues": [resource(SERVICE, "site", { template: {} })],
  },
  refuses: {
    "a deadline beyond the timeout": {
      resources: [service("300s", { email: "60s", default: "301s" })],
      messages: [
        "Service 'worker' has 'template.timeout' '300s'; queue 'default' has dispatch deadline '301s'. Raise the " +
          "one or lower the other.",
      ],
    },
    "a deadline beyond the timeout that Cloud Run takes where there is none": {
      resources: [service(undefined, { email: "600s" })],
      messages: [
        "Service 'worker' has 'template.timeout' '300s'; queue 'email' has dispatch deadline '600s'. Raise the one " +
          "or lower the other.",
      ],
    },
  },
});
