import { queueSendsToWorker } from "../../../policy/rules/queueSendsToWorker.ts";
import { testRule } from "../../support/policyRules.ts";
import { deadLetters, INVOKER, queue, worker } from "../../support/policyWorker.ts";

const HOST = "test-worker-x1.a.run.app";
const uri = { scheme: "HTTPS", host: HOST, uriOverrideEnforceMode: "ALWAYS" };
const token = { serviceAccountEmail: INVOKER, audience: `https://${HOST}` };
const stranger = {
  uriOverride: { ...uri, host: "stranger.a.run.app" },
  oidcToken: { ...token, audience: "https://stranger.a.run.app" },
};
const title = "Queue 'dead-letter'";
const unexpected = (place: string) =>
  `${title} has '${place}', which its worker does not expect; remove it.`;

testRule(queueSendsToWorker, {
  accepts: {
    "a queue that sends everything to its worker, and one that sends nothing": [
      worker(),
      queue(),
      deadLetters(),
    ],
    "what Google answers for what nobody set": [
      worker(),
      queue({}, { httpMethod: "HTTP_METHOD_UNSPECIFIED", headerOverrides: [] }),
    ],
    "a queue of another service": [
      worker(),
      queue({ name: "reports-5e6f" }, { ...stranger, httpMethod: "PUT" }),
    ],
  },
  refuses: {
    "tasks and tokens sent to a stranger": {
      resources: [worker(), queue({}, stranger)],
      messages: [
        `${title} has 'httpTarget.uriOverride.host' 'stranger.a.run.app'; set it to '${HOST}'.`,
        `${title} has 'httpTarget.oidcToken.audience' 'https://stranger.a.run.app'; set it to 'https://${HOST}'.`,
      ],
    },
    "a change of what is asked": {
      resources: [
        worker(),
        queue(
          { appEngineRoutingOverride: { service: "other" } },
          {
            httpMethod: "DELETE",
            uriOverride: {
              ...uri,
              port: "8080",
              pathOverride: { path: "/" },
              queryOverride: { queryParams: "a=b" },
            },
            headerOverrides: [{ header: { key: "X-Serverless-Authorization", value: "x" } }],
          },
        ),
      ],
      messages: [
        "httpTarget.uriOverride.port",
        "httpTarget.uriOverride.pathOverride.path",
        "httpTarget.uriOverride.queryOverride.queryParams",
        "httpTarget.httpMethod",
        "httpTarget.headerOverrides.0.header.key",
        "httpTarget.headerOverrides.0.header.value",
        "appEngineRoutingOverride.service",
      ].map(unexpected),
    },
    "a queue that stands still": {
      resources: [worker(), queue({ desiredState: "PAUSED" })],
      messages: [
        `${title} has 'desiredState' 'PAUSED', and its tasks would wait until they are deleted; remove it. To pause it ` +
          "for a while: 'gcloud tasks queues pause'.",
      ],
    },
    "plain HTTP": {
      resources: [worker(), queue({}, { uriOverride: { ...uri, scheme: "HTTP" } })],
      messages: [`${title} has 'httpTarget.uriOverride.scheme' 'HTTP'; set it to 'HTTPS'.`],
    },
    "a queue that lets tasks bring an address of their own": {
      resources: [queue({}, { uriOverride: { ...uri, uriOverrideEnforceMode: "IF_NOT_EXISTS" } })],
      messages: [
        `${title} has 'httpTarget.uriOverride.uriOverrideEnforceMode' 'IF_NOT_EXISTS'; set it to 'ALWAYS'.`,
      ],
    },
    "another service's queue to a host of another domain, without a token": {
      resources: [
        worker(),
        queue(
          { name: "reports-5e6f" },
          { uriOverride: { ...uri, host: "tasks.example.com" }, oidcToken: {} },
        ),
      ],
      messages: [
        `${title} has 'httpTarget.uriOverride.host' 'tasks.example.com'; set it to the host of the worker's URL, which ` +
          "ends in '.run.app'.",
        `${title} has no 'httpTarget.oidcToken.serviceAccountEmail'; set it as the worker needs it.`,
        `${title} has no 'httpTarget.oidcToken.audience'; set it to 'https://tasks.example.com'.`,
      ],
    },
    "a token for a path, which Cloud Run may not take": {
      resources: [queue({}, { oidcToken: { ...token, audience: `https://${HOST}/tasks` } })],
      messages: [
        `${title} has 'httpTarget.oidcToken.audience' 'https://${HOST}/tasks'; set it to 'https://${HOST}'.`,
      ],
    },
    "a queue without a target, whatever it is called in the program": {
      resources: [worker(), queue({ name: "second-7a8b", httpTarget: undefined })],
      messages: [
        `${title} has no 'httpTarget.uriOverride.scheme'; set it to 'HTTPS'.`,
        `${title} has no 'httpTarget.uriOverride.uriOverrideEnforceMode'; set it to 'ALWAYS'.`,
        `${title} has no 'httpTarget.uriOverride.host'; set it as the worker needs it.`,
        `${title} has no 'httpTarget.oidcToken.serviceAccountEmail'; set it as the worker needs it.`,
        `${title} has no 'httpTarget.oidcToken.audience'; set it as the worker needs it.`,
      ],
    },
  },
});
