import { startupProbeSet } from "../../../policy/rules/startupProbeSet.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const service = (...containers: object[]) =>
  resource(SERVICE, "worker", { template: { containers } });
const probe = { startupProbe: { httpGet: { path: "/health" } } };

testRule(startupProbeSet, {
  accepts: {
    "a container with a probe": [service(probe)],
    "a probe in the container that requests go to": [
      service({ name: "side" }, { ports: { containerPort: 8080 }, ...probe }),
    ],
  },
  refuses: {
    "a container without a probe, and one that only tries the port": {
      resources: [service({}), service({ startupProbe: { tcpSocket: { port: 8080 } } })],
      messages: [
        "Service 'worker' has no 'template.containers.0.startupProbe.httpGet'; set it to a path that answers 2xx " +
          "once the worker is ready.",
        "Service 'worker' has no 'template.containers.0.startupProbe.httpGet'; set it to a path that answers 2xx " +
          "once the worker is ready.",
      ],
    },
    "a probe in another container": {
      resources: [service(probe, { ports: { containerPort: 8080 } })],
      messages: [
        "Service 'worker' has no 'template.containers.1.startupProbe.httpGet'; set it to a path that answers 2xx " +
          "once the worker is ready.",
      ],
    },
  },
});
