import { cloudRunServices, type CloudRunService } from "./cloudRun.ts";
import type { Resource } from "./resource.ts";
import { at, text } from "./values.ts";
import { sendingQueues } from "./workers.ts";

/** The host that a queue sends its tasks to, once it is known. */
export function targetHost({ properties }: Resource): string | undefined {
  return text(at(properties, "httpTarget", "uriOverride", "host"));
}

/** A service, and the queues that send to it. */
export interface Target {
  readonly service: CloudRunService;
  readonly queues: readonly Resource[];
}

/** The services that queues send to; `undefined` while it is not known which queue sends where. */
export function targetsOf(resources: readonly Resource[]): Target[] | undefined {
  const queues = sendingQueues(resources);
  // What answers nobody gets no tasks.
  const services = cloudRunServices(resources).filter(({ ingress }) => ingress);
  const sendsTo = (queue: Resource, { url }: CloudRunService): boolean | undefined => {
    const host = targetHost(queue);
    return host === undefined || url === undefined ? undefined : `https://${host}` === url;
  };
  const [only] = services;
  // Where there is one service only, there is no question.
  if (only && services.length === 1) {
    return [{ service: only, queues: queues.filter((queue) => sendsTo(queue, only) !== false) }];
  }
  const targets = services.map((service) => ({
    service,
    answers: queues.map((queue) => ({ queue, sends: sendsTo(queue, service) })),
  }));
  if (targets.some(({ answers }) => answers.some(({ sends }) => sends === undefined))) {
    return undefined;
  }
  return targets
    .map(({ service, answers }) => ({
      service,
      queues: answers.filter(({ sends }) => sends).map(({ queue }) => queue),
    }))
    .filter((target) => target.queues.length > 0);
}
