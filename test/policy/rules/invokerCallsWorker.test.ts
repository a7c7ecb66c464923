import { invokerCallsWorker } from "../../../policy/rules/invokerCallsWorker.ts";
import { testRule } from "../../support/policyRules.ts";
import { INVOKER, mayCall, queue, worker } from "../../support/policyWorker.ts";

const other = "other@p.iam.gserviceaccount.com";
const mayNotCall = (account: string) =>
  `Service 'w' gives 'roles/run.invoker' not to 'serviceAccount:${account}' ('TASKS_INVOKER'), and no task would reach ` +
  "it; grant it without a condition.";

testRule(invokerCallsWorker, {
  accepts: {
    "one account in all three places": [worker(), queue(), mayCall()],
    "the narrower role, on the service by its full name": [
      worker(),
      queue(),
      mayCall({
        role: "roles/run.servicesInvoker",
        name: "projects/p/locations/l/services/test-worker",
      }),
    ],
    "another queue, which another account sends": [
      worker(),
      mayCall(),
      queue({ name: "reports-5e6f" }, { oidcToken: { serviceAccountEmail: other } }),
    ],
  },
  refuses: {
    "a worker that expects nobody": {
      resources: [worker({ TASKS_INVOKER: undefined }), queue(), mayCall()],
      messages: [
        "Service 'w' has no 'TASKS_INVOKER'; set it to the account of its queues' tokens.",
      ],
    },
    "a worker that expects another account": {
      resources: [worker({ TASKS_INVOKER: other }), queue(), mayCall()],
      messages: [
        `Queue 'dead-letter' has 'httpTarget.oidcToken.serviceAccountEmail' '${INVOKER}'; its worker expects '${other}' ` +
          "('TASKS_INVOKER'). Set one to the other.",
        mayNotCall(other),
      ],
    },
    "an account that may not call the worker": {
      resources: [worker(), queue(), mayCall({ name: "other" })],
      messages: [mayNotCall(INVOKER)],
    },
    "an account that may call it on Mondays": {
      resources: [
        worker(),
        queue(),
        mayCall({ condition: { expression: "request.time.getDayOfWeek() == 1" } }),
      ],
      messages: [mayNotCall(INVOKER)],
    },
  },
});
