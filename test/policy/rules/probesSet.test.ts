import { probesSet } from "../../../policy/rules/probesSet.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const service = (...containers: object[]) =>
  resource(SERVICE, "worker", { template: { containers } });
const asked = { httpGet: { path: "/health" } };
const probes = { startupProbe: asked, livenessProbe: asked };
const startup = (container: number) =>
  `Service 'worker' has no 'template.containers.${container}.startupProbe.httpGet'; set it to a path that answers ` +
  "2xx once the worker is ready.";
const liveness = (container: number) =>
  `Service 'worker' has no 'template.containers.${container}.livenessProbe.httpGet'; set it to a path that answers ` +
  "2xx as long as the worker works.";

testRule(probesSet, {
  accepts: {
    "a container with both probes": [service(probes)],
    "probes in the container that requests go to": [
      service({ name: "side" }, { ports: { containerPort: 8080 }, ...probes }),
    ],
  },
  refuses: {
    "a container without probes, and one that only tries the port": {
      resources: [
        service({}),
        service({ startupProbe: { tcpSocket: { port: 8080 } }, livenessProbe: asked }),
      ],
      messages: [startup(0), liveness(0), startup(0)],
    },
    "a container that nobody asks once it has started": {
      resources: [service({ startupProbe: asked })],
      messages: [liveness(0)],
    },
    "an address for the one that the other does not ask": {
      resources: [service({ ...probes, livenessProbe: { httpGet: { path: "/healthy" } } })],
      messages: [
        "Service 'worker' has another 'path' in 'livenessProbe.httpGet' than in 'startupProbe.httpGet', and would be " +
          "replaced for ever if nothing answers there; ask both at one address.",
      ],
    },
    "probes in another container": {
      resources: [service(probes, { ports: { containerPort: 8080 } })],
      messages: [startup(1), liveness(1)],
    },
  },
});
