import { SERVICE, titleOf } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { targetsOf, type Target } from "../targets.ts";
import { at, isMissing, number } from "../values.ts";

export const queuesFitWorker: StackRule = {
  kind: "stack",
  name: "queues-fit-worker",
  severity: "mandatory",
  description:
    "The queues together dispatch no more tasks at once than the worker's instances take: what is beyond " +
    "that is answered 429 and is a delivery lost.",
  check(resources) {
    return (targetsOf(resources) ?? []).flatMap(fit);
  },
};

function fit({ service, queues }: Target): Finding[] {
  const { resource } = service;
  if (resource.type !== SERVICE) return [];
  const template = at(resource.properties, "template");
  const instances = numberOr(at(template, "scaling", "maxInstanceCount"), 100);
  const concurrency = numberOr(at(template, "maxInstanceRequestConcurrency"), 80);
  const total = queues.reduce(
    (sum, { properties }) =>
      sum + numberOr(at(properties, "rateLimits", "maxConcurrentDispatches"), 1000),
    0,
  );
  // Not known is NaN, with which no comparison holds.
  if (!(total > instances * concurrency)) return [];
  return [
    {
      resource,
      message:
        `${titleOf(resource)} takes ${instances * concurrency} requests at once ('maxInstanceCount' ${instances} × ` +
        `'maxInstanceRequestConcurrency' ${concurrency}); its queues' 'rateLimits.maxConcurrentDispatches' add ` +
        `up to ${total}. Raise one of the service's settings or lower the queues'.`,
    },
  ];
}

/** A number, or what Google takes where there is none. */
function numberOr(value: unknown, byDefault: number): number {
  return isMissing(value) ? byDefault : (number(value) ?? NaN);
}
