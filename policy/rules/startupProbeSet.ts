import { SERVICE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, items } from "../values.ts";

export const startupProbeSet: ResourceRule = {
  kind: "resource",
  name: "startup-probe-set",
  severity: "mandatory",
  description:
    "A service has a startup probe that asks it over HTTP, so that a revision gets tasks when it can work on them.",
  types: [SERVICE],
  check(service) {
    const containers = at(service.properties, "template", "containers");
    // Beside others, the one with ports is the one that requests go to.
    const index = Math.max(
      0,
      items(containers).findIndex((container) => !isMissing(at(container, "ports"))),
    );
    const place = `template.containers.${index}.startupProbe.httpGet`;
    if (!isMissing(at(service.properties, ...place.split(".")))) return [];
    return [
      `${titleOf(service)} has no '${place}'; set it to a path that answers 2xx once the worker is ready.`,
    ];
  },
};
