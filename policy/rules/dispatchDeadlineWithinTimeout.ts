import { SERVICE, titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, isMissing, isMapping, seconds, text } from "../values.ts";
import { queueParts, workersOf, type Worker } from "../workers.ts";

export const dispatchDeadlineWithinTimeout: StackRule = {
  kind: "stack",
  name: "dispatch-deadline-within-timeout",
  severity: "mandatory",
  description:
    "Cloud Run lets a request run for as long as its queue waits for it: no dispatch deadline exceeds the timeout of " +
    "the service that the queue sends to.",
  check(resources) {
    return workersOf(resources).flatMap((worker) => {
      const { resource } = worker.service;
      if (resource.type !== SERVICE) return [];
      const given = at(resource.properties, "template", "timeout");
      // Cloud Run's own where there is none.
      const timeout = isMissing(given) ? 300 : seconds(given);
      if (timeout === undefined) return [];
      return entriesSentTo(worker, resources).flatMap(([queue, settings]) => {
        const deadline = seconds(at(settings, "dispatchDeadline"));
        if (deadline === undefined || deadline <= timeout) return [];
        const message =
          `${titleOf(resource)} has 'template.timeout' '${text(given) ?? `${timeout}s`}'; queue '${queue}' has dispatch deadline ` +
          `'${deadline}s'. Raise the one or lower the other.`;
        return [{ resource, message }];
      });
    });
  },
};

/** What a worker is told of the queues that send to it, or that it alone is told of. */
function entriesSentTo(worker: Worker, resources: readonly Resource[]): [string, unknown][] {
  const entries = isMapping(worker.table) ? Object.entries(worker.table) : [];
  if (workersOf(resources).length === 1) return entries;
  const own = [...queueParts(resources).values()].filter(
    (part) => part.is === "work" && part.worker?.service.resource === worker.service.resource,
  );
  const names = new Set(
    own.map((part) => (part.is === "work" ? at(part.entry, "name") : undefined)),
  );
  return entries.filter(([, entry]) => names.has(at(entry, "name")));
}
