import { CLOUD_RUN_TYPES, cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { isMissing, text } from "../values.ts";

export const workerIngressInternal: ResourceRule = {
  kind: "resource",
  name: "worker-ingress-internal",
  severity: "mandatory",
  description: "A Cloud Run service answers only requests from inside the project's network.",
  types: CLOUD_RUN_TYPES,
  check(resource) {
    const service = cloudRunService(resource);
    if (!service?.ingress) return [];
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
