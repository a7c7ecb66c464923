import { queueTargetHttps } from "../../../policy/rules/queueTargetHttps.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (uriOverride: object) => resource(QUEUE, "email", { httpTarget: { uriOverride } });
const worker = {
  scheme: "HTTPS",
  host: "worker-x1.a.run.app",
  uriOverrideEnforceMode: "ALWAYS",
};
const host = "set it to the host of the worker's URL, which ends in '.run.app'.";

testRule(queueTargetHttps, {
  accepts: {
    "a queue that sends everything to the worker": [queue(worker)],
    "a dead-letter queue, which sends nothing": [resource(QUEUE, "dead-letter", {})],
  },
  refuses: {
    "plain HTTP": {
      resources: [queue({ ...worker, scheme: "HTTP" })],
      messages: ["Queue 'email' has 'httpTarget.uriOverride.scheme' 'HTTP'; set it to 'HTTPS'."],
    },
    "a queue that lets tasks bring an address of their own": {
      resources: [queue({ ...worker, uriOverrideEnforceMode: "IF_NOT_EXISTS" })],
      messages: [
        "Queue 'email' has 'httpTarget.uriOverride.uriOverrideEnforceMode' 'IF_NOT_EXISTS'; set it to 'ALWAYS'.",
      ],
    },
    "a host of another domain": {
      resources: [queue({ ...worker, host: "tasks.example.com" })],
      messages: [`Queue 'email' has 'httpTarget.uriOverride.host' 'tasks.example.com'; ${host}`],
    },
    "a queue without a target": {
      resources: [resource(QUEUE, "email", {})],
      messages: [
        "Queue 'email' has no 'httpTarget.uriOverride.scheme'; set it to 'HTTPS'.",
        "Queue 'email' has no 'httpTarget.uriOverride.uriOverrideEnforceMode'; set it to 'ALWAYS'.",
        `Queue 'email' has no 'httpTarget.uriOverride.host'; ${host}`,
      ],
    },
  },
});
