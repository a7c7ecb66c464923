import { SERVICE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, items } from "../values.ts";

export const workerLimitsSet: ResourceRule = {
  kind: "resource",
  name: "worker-limits-set",
  severity: "mandatory",
  description:
    "A service says how much CPU and memory an instance has, how many instances there are at most, and how " +
    "long a request may take.",
  types: [SERVICE],
  check(service) {
    const template = at(service.properties, "template");
    // A service has limits of instances for a revision, and above all of its revisions.
    const instances = [
      at(template, "scaling", "maxInstanceCount"),
      at(service.properties, "scaling", "maxInstanceCount"),
    ];
    const missing = [
      ...(instances.every(isMissing) ? ["template.scaling.maxInstanceCount"] : []),
      ...(isMissing(at(template, "timeout")) ? ["template.timeout"] : []),
      ...items(at(template, "containers")).flatMap((container, i) =>
        ["cpu", "memory"]
          .filter((key) => isMissing(at(container, "resources", "limits", key)))
          .map((key) => `template.containers.${i}.resources.limits.${key}`),
      ),
    ];
    return missing.map((place) => `${titleOf(service)} has no '${place}'; set it.`);
  },
};
