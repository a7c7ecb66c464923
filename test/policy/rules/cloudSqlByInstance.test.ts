import { cloudSqlByInstance } from "../../../policy/rules/cloudSqlByInstance.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";
import { UNKNOWN, type Resource } from "../../../policy/resource.ts";

const WORKER = "test-worker@my-project.iam.gserviceaccount.com";

function grant(expression: unknown, member: unknown = `serviceAccount:${WORKER}`): Resource {
  return resource("gcp:projects/iAMMember:IAMMember", "worker-sql", {
    project: "data",
    role: "roles/cloudsql.client",
    member,
    condition: { title: "orders", expression },
  });
}

const toInstance = (name: string): string =>
  `resource.name == "projects/data/instances/${name}" && resource.service == "sqladmin.googleapis.com"`;

function service(instances: unknown): Resource {
  return resource("gcp:cloudrunv2/service:Service", "worker", {
    template: {
      serviceAccount: WORKER,
      volumes: [{ name: "cloudsql", cloudSqlInstance: { instances } }],
    },
  });
}

testRule(cloudSqlByInstance, {
  accepts: {
    "a service with the sockets of the instances that it may connect to": [
      service(["data:europe-west1:orders"]),
      grant(toInstance("orders")),
    ],
    "a service without any": [resource("gcp:cloudrunv2/service:Service", "worker", {})],
    "what is not known yet": [service(UNKNOWN), grant(UNKNOWN), grant(toInstance("a"), UNKNOWN)],
  },
  refuses: {
    "a socket without the right to connect": {
      resources: [service(["data:europe-west1:orders"]), grant(toInstance("others"))],
      messages: [
        "Service 'worker' has the socket of 'data/orders', and its account may not connect; grant " +
          "'roles/cloudsql.client' on the project, under the condition that the resource is that instance.",
        `IAMMember 'worker-sql' lets 'serviceAccount:${WORKER}' connect to 'data/others', which is no service of ` +
          "this stack with the socket of that instance; remove it.",
      ],
    },
    "a right of somebody else": {
      resources: [
        service(["data:europe-west1:orders"]),
        grant(toInstance("orders")),
        grant(toInstance("orders"), "group:analysts@example.com"),
      ],
      messages: [
        "IAMMember 'worker-sql' lets 'group:analysts@example.com' connect to 'data/orders', which is no service of " +
          "this stack with the socket of that instance; remove it.",
      ],
    },
  },
});
