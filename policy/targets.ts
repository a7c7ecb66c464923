import { cloudRunServices, type CloudRunService } from "./cloudRun.ts";
import { isTaskQueue, type Resource } from "./resource.ts";
import { at, text } from "./values.ts";

/** The host that a queue sends its tasks to, once it is known. */
export function targetHost({ properties }: Resource): string | undefined {
  return text(at(properties, "httpTarget", "uriOverride", "host"));
}

/** A service, and the queues whose tasks it gets. */
export interface Worker {
  readonly service: CloudRunService;
  readonly queues: readonly Resource[];
}

/** The services that queues send to; `undefined` while it is not known which queue sends where. */
export function workersOf(resources: readonly Resource[]): Worker[] | undefined {
  const queues = resources.filter(isTaskQueue);
  const services = cloudRunServices(resources);
  const [only] = services;
  // Where there is one service only, there is no question.
  if (only && services.length === 1) return [{ service: only, queues }];

  const isKnown =
    queues.every((queue) => targetHost(queue) !== undefined) &&
    services.every(({ url }) => url !== undefined);
  if (!isKnown) return undefined;
  return services
    .map((service) => ({
      service,
      queues: queues.filter((queue) => `https://${String(targetHost(queue))}` === service.url),
    }))
    .filter((worker) => worker.queues.length > 0);
}
