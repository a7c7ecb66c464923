import { SERVICE, titleOf, UNKNOWN, type Resource } from "../resource.ts";
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
    const missing = PROBES.flatMap(({ probe, answers }) => {
      const place = `template.containers.${index}.${probe}.httpGet`;
      if (!isMissing(at(service.properties, ...place.split(".")))) return [];
      return [
        `${titleOf(service)} has no '${place}'; set it to a path that answers 2xx ${answers}.`,
      ];
    });
    return [...missing, ...(missing.length === 0 ? otherPath(service, index) : [])];
  },
};

/** What answered at the start answers later; another address might never have. */
function otherPath(service: Resource, index: number): string[] {
  const asked = PROBES.map(({ probe }) =>
    at(service.properties, "template", "containers", String(index), probe, "httpGet"),
  );
  return ["path", "port"].flatMap((key) => {
    const [startup, liveness] = asked.map((one) => at(one, key));
    if (startup === UNKNOWN || liveness === UNKNOWN || startup === liveness) return [];
    return [
      `${titleOf(service)} has another '${key}' in 'livenessProbe.httpGet' than in 'startupProbe.httpGet', and would be ` +
        "replaced for ever if nothing answers there; ask both at one address.",
    ];
  });
}

const PROBES = [
  { probe: "startupProbe", answers: "once the worker is ready" },
  { probe: "livenessProbe", answers: "as long as the worker works" },
];
