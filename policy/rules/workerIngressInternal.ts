import { cloudRunService } from "../cloudRun.ts";
import { SERVICE, SERVICE_V1, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { isMissing, text } from "../values.ts";

export const workerIngressInternal: ResourceRule = {
  kind: "resource",
  name: "worker-ingress-internal",
  severity: "mandatory",
  description: "A Cloud Run service answers only requests from inside the project's network.",
  types: [SERVICE, SERVICE_V1],
  check(resource) {
    const service = cloudRunService(resource);
    if (!service) return [];
    const { ingress, internal } = service;
    const advice = `set it to '${internal}'`;
    if (isMissing(ingress.value)) {
      return [`${titleOf(resource)} has no '${ingress.path}' and answers everybody; ${advice}.`];
    }
    const value = text(ingress.value);
    if (value === undefined || value === internal) return [];
    return [`${titleOf(resource)} has '${ingress.path}' '${value}'; ${advice}.`];
  },
};
