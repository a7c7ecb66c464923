import { SERVICE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, items } from "../values.ts";

export const probesSet: ResourceRule = {
  kind: "resource",
  name: "probes-set",
  severity: "mandatory",
  description:
    "A service is asked over HTTP: by a startup probe, so that a revision gets tasks when it can work on them, and " +
    "by a liveness probe, so that an instance that hangs is replaced.",
  types: [SERVICE],
  check(service) {
    const containers = at(service.properties, "template", "containers");
    // Beside others, the one with ports is the one that requests go to.
    const index = Math.max(
      0,
      items(containers).findIndex((container) => !isMissing(at(container, "ports"))),
    );
    return PROBES.flatMap(({ probe, answers }) => {
      const place = `template.containers.${index}.${probe}.httpGet`;
      if (!isMissing(at(service.properties, ...place.split(".")))) return [];
      return [
        `${titleOf(service)} has no '${place}'; set it to a path that answers 2xx ${answers}.`,
      ];
    });
  },
};

const PROBES = [
  { probe: "startupProbe", answers: "once the worker is ready" },
  { probe: "livenessProbe", answers: "as long as the worker works" },
];
