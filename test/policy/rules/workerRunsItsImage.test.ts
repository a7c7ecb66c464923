import { workerRunsItsImage } from "../../../policy/rules/workerRunsItsImage.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import { worker } from "../../support/policyWorker.ts";

const twice = worker(
  {},
  {
    template: {
      containers: [
        {
          envs: ["{}", "{}"].map((value) => ({ name: "TASKS_QUEUES", value })),
          args: ["--inspect=0.0.0.0"],
          commands: ["sh"],
        },
      ],
    },
  },
);

testRule(workerRunsItsImage, {
  accepts: {
    "a worker, with what Google answers for what nobody set": [
      worker({ LOCALE: "de" }, { buildConfig: { sourceLocation: "" }, defaultUriDisabled: false }),
    ],
    "another service": [
      resource("gcp:cloudrunv2/service:Service", "site", {
        template: {
          containers: [{ args: ["--port=80"], envs: [{ name: "NODE_OPTIONS", value: "x" }] }],
        },
      }),
    ],
  },
  refuses: {
    "another command, and a variable said twice": {
      resources: [twice],
      messages: [
        "Service 'w' has 'template.containers.0.commands', with which it is not what was built; remove it.",
        "Service 'w' has 'template.containers.0.args', with which it is not what was built; remove it.",
        "Service 'w' has the environment variable 'TASKS_QUEUES' twice; remove it.",
      ],
    },
    "options for Node, and another Cloud Tasks": {
      resources: [
        worker({ NODE_OPTIONS: "--import=x", TASKS_ENDPOINT: "https://x.googleapis.com" }),
      ],
      messages: ["NODE_OPTIONS", "TASKS_ENDPOINT"].map(
        (name) =>
          `Service 'w' has the environment variable '${name}', with which it is not what was built; remove it.`,
      ),
    },
    "what no queue reaches": {
      resources: [
        worker(
          {},
          {
            defaultUriDisabled: true,
            iapEnabled: true,
            scaling: { scalingMode: "MANUAL", manualInstanceCount: 0 },
            buildConfig: { sourceLocation: "gs://x/y.zip" },
          },
        ),
      ],
      messages: [
        "'buildConfig', with which it is not what was built",
        "'defaultUriDisabled' 'true', with which its queues do not reach it",
        "'iapEnabled' 'true', with which its queues do not reach it",
        "'scaling.manualInstanceCount' '0', with which no task is worked on",
      ].map((what) => `Service 'w' has ${what}; remove it.`),
    },
  },
});
