import { SERVICE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, items, json, isMapping, seconds, text } from "../values.ts";
import { VARIABLES } from "../workers.ts";

export const dispatchDeadlineWithinTimeout: ResourceRule = {
  kind: "resource",
  name: "dispatch-deadline-within-timeout",
  severity: "mandatory",
  description:
    "Cloud Run lets a request run for as long as its queue waits for it: no dispatch deadline exceeds the " +
    "service's timeout.",
  types: [SERVICE],
  check(service) {
    const template = at(service.properties, "template");
    const given = at(template, "timeout");
    // Cloud Run's own where there is none.
    const timeout = isMissing(given) ? 300 : seconds(given);
    const envs = items(at(template, "containers")).flatMap((one) => items(at(one, "envs")));
    const table = json(
      at(
        envs.find((env) => at(env, "name") === VARIABLES.queues),
        "value",
      ),
    );
    if (timeout === undefined || !isMapping(table)) return [];
    return Object.entries(table).flatMap(([queue, settings]) => {
      const deadline = seconds(at(settings, "dispatchDeadline"));
      if (deadline === undefined || deadline <= timeout) return [];
      return [
        `${titleOf(service)} has 'template.timeout' '${text(given) ?? `${timeout}s`}'; queue '${queue}' has dispatch deadline ` +
          `'${deadline}s'. Raise the one or lower the other.`,
      ];
    });
  },
};
