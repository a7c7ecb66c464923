import { invokerOnlyOnWorker } from "../../../policy/rules/invokerOnlyOnWorker.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const INVOKER = "test-invoker@my-project.iam.gserviceaccount.com";
const V2 = "gcp:cloudrunv2/service:Service";
const MEMBER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
const queue = resource("gcp:cloudtasks/queue:Queue", "email", {
  httpTarget: {
    uriOverride: { host: "test-worker-x1.a.run.app" },
    oidcToken: { serviceAccountEmail: INVOKER },
  },
});
const worker = resource(V2, "worker", {
  name: "test-worker",
  uri: "https://test-worker-x1.a.run.app",
});
const other = resource(V2, "site", { name: "test-site", uri: "https://test-site-x1.a.run.app" });
const granted = (properties: object) => ({
  role: "roles/run.invoker",
  member: `serviceAccount:${INVOKER}`,
  ...properties,
});

testRule(invokerOnlyOnWorker, {
  accepts: {
    "one account that may call the worker": [
      queue,
      worker,
      other,
      resource(MEMBER, "short", granted({ name: "test-worker" })),
      resource(
        MEMBER,
        "full",
        granted({ name: "projects/my-project/locations/europe-west1/services/test-worker" }),
      ),
    ],
  },
  refuses: {
    "another account that may call the worker": {
      resources: [
        queue,
        worker,
        resource(
          MEMBER,
          "worker-web",
          granted({ name: "test-worker", member: "user:somebody@example.com" }),
        ),
        resource("gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding", "binding", {
          name: "test-worker",
          role: "roles/run.servicesInvoker",
          members: [`serviceAccount:${INVOKER}`, "group:all@example.com"],
        }),
      ],
      messages: [
        "ServiceIamMember 'worker-web' gives 'roles/run.invoker' to 'user:somebody@example.com'; only the account " +
          "that tasks are sent as may have it.",
        "ServiceIamBinding 'binding' gives 'roles/run.servicesInvoker' to 'group:all@example.com'; only the " +
          "account that tasks are sent as may have it.",
      ],
    },
    "a service besides the worker that the account may call": {
      resources: [
        queue,
        worker,
        other,
        resource(MEMBER, "site-invoker", granted({ name: "test-site" })),
      ],
      messages: [
        "ServiceIamMember 'site-invoker' gives 'roles/run.invoker' on 'test-site', which no queue sends to; grant " +
          "it on the worker alone.",
      ],
    },
    "an account that may call every service": {
      resources: [
        queue,
        worker,
        resource("gcp:projects/iAMMember:IAMMember", "invoker", granted({ project: "my-project" })),
      ],
      messages: [
        "IAMMember 'invoker' gives 'roles/run.invoker' on more than a service; grant it on the worker.",
      ],
    },
  },
});
