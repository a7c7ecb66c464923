import { workerIngressInternal } from "../../../policy/rules/workerIngressInternal.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const V1 = "gcp:cloudrun/service:Service";
const V2 = "gcp:cloudrunv2/service:Service";
const annotated = (annotations: object) => resource(V1, "worker", { metadata: { annotations } });

testRule(workerIngressInternal, {
  accepts: {
    "a service that only the project's network reaches": [
      resource(V2, "worker", { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }),
    ],
    "the same, written for version 1 of the API": [
      annotated({ "run.googleapis.com/ingress": "internal" }),
    ],
  },
  refuses: {
    "a service that the internet reaches": {
      resources: [resource(V2, "worker", { ingress: "INGRESS_TRAFFIC_ALL" })],
      messages: [
        "Service 'worker' has 'ingress' 'INGRESS_TRAFFIC_ALL'; set it to 'INGRESS_TRAFFIC_INTERNAL_ONLY'.",
      ],
    },
    "a service behind a public load balancer": {
      resources: [resource(V2, "worker", { ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" })],
      messages: [
        "Service 'worker' has 'ingress' 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER'; set it to " +
          "'INGRESS_TRAFFIC_INTERNAL_ONLY'.",
      ],
    },
    "a service that does not say, which is public": {
      resources: [resource(V2, "worker", {})],
      messages: [
        "Service 'worker' has no 'ingress' and answers everybody; set it to 'INGRESS_TRAFFIC_INTERNAL_ONLY'.",
      ],
    },
    "a public service, written for version 1 of the API": {
      resources: [annotated({ "run.googleapis.com/ingress": "all" }), annotated({})],
      messages: [
        "Service 'worker' has 'metadata.annotations.run.googleapis.com/ingress' 'all'; set it to 'internal'.",
        "Service 'worker' has no 'metadata.annotations.run.googleapis.com/ingress' and answers everybody; set " +
          "it to 'internal'.",
      ],
    },
  },
});
