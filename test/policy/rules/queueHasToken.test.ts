import { queueHasToken } from "../../../policy/rules/queueHasToken.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (oidcToken?: object) =>
  resource(QUEUE, "email", {
    httpTarget: { uriOverride: { host: "worker-x1.a.run.app" }, oidcToken },
  });
const serviceAccountEmail = "test-invoker@my-project.iam.gserviceaccount.com";

testRule(queueHasToken, {
  accepts: {
    "a token for the worker": [
      queue({ serviceAccountEmail, audience: "https://worker-x1.a.run.app" }),
    ],
    "a dead-letter queue, which sends nothing": [resource(QUEUE, "dead-letter", {})],
  },
  refuses: {
    "a queue that sends no token": {
      resources: [queue()],
      messages: [
        "Queue 'email' has no 'httpTarget.oidcToken.serviceAccountEmail', and the worker would refuse its tasks; " +
          "set it to the invoker's account.",
        "Queue 'email' has no 'httpTarget.oidcToken.audience', and the worker would refuse its tasks; set it to " +
          "the worker's URL.",
      ],
    },
    "a token for somebody else": {
      resources: [queue({ serviceAccountEmail, audience: "https://other.a.run.app" })],
      messages: [
        "Queue 'email' has 'httpTarget.oidcToken.audience' 'https://other.a.run.app'; its tasks go to " +
          "'worker-x1.a.run.app', so set it to 'https://worker-x1.a.run.app'.",
      ],
    },
    "a token for a path, which Cloud Run may not take": {
      resources: [queue({ serviceAccountEmail, audience: "https://worker-x1.a.run.app/tasks" })],
      messages: [
        "Queue 'email' has 'httpTarget.oidcToken.audience' 'https://worker-x1.a.run.app/tasks'; its tasks go to " +
          "'worker-x1.a.run.app', so set it to 'https://worker-x1.a.run.app'.",
      ],
    },
  },
});
