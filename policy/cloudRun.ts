import { SERVICE, SERVICE_V1, type Resource } from "./resource.ts";
import { at, items, text } from "./values.ts";

/** A Cloud Run service, whichever version of the API it was written for. */
export interface CloudRunService {
  readonly resource: Resource;
  readonly ingress: Property;
  /** What `ingress` is where only the project's own network, Cloud Tasks among it, is let in. */
  readonly internal: string;
  readonly invokerIamDisabled: Property;
  readonly serviceAccount: Property;
  readonly containers: readonly unknown[];
  /** Where the service answers, once it is known. */
  readonly url: string | undefined;
}

/** A property and where it is written. */
export interface Property {
  readonly path: string;
  readonly value: unknown;
}

/** Reads a service; `undefined` for any other resource. */
export function cloudRunService(resource: Resource): CloudRunService | undefined {
  const places = PLACES[resource.type];
  if (!places) return undefined;
  const read = (path: readonly string[]): Property => ({
    path: path.join("."),
    value: at(resource.properties, ...path),
  });
  return {
    resource,
    ingress: read(places.ingress),
    internal: places.internal,
    invokerIamDisabled: read(places.invokerIamDisabled),
    serviceAccount: read(places.serviceAccount),
    containers: items(read(places.containers).value),
    url: text(read(places.url).value),
  };
}

/** The services among these resources. */
export function cloudRunServices(resources: readonly Resource[]): CloudRunService[] {
  return resources.map(cloudRunService).filter((service) => service !== undefined);
}

interface Places {
  readonly ingress: readonly string[];
  readonly internal: string;
  readonly invokerIamDisabled: readonly string[];
  readonly serviceAccount: readonly string[];
  readonly containers: readonly string[];
  readonly url: readonly string[];
}

const ANNOTATIONS = ["metadata", "annotations"];

const PLACES: Readonly<Record<string, Places>> = {
  [SERVICE]: {
    ingress: ["ingress"],
    internal: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    invokerIamDisabled: ["invokerIamDisabled"],
    serviceAccount: ["template", "serviceAccount"],
    containers: ["template", "containers"],
    url: ["uri"],
  },
  [SERVICE_V1]: {
    ingress: [...ANNOTATIONS, "run.googleapis.com/ingress"],
    internal: "internal",
    invokerIamDisabled: [...ANNOTATIONS, "run.googleapis.com/invoker-iam-disabled"],
    serviceAccount: ["template", "spec", "serviceAccountName"],
    containers: ["template", "spec", "containers"],
    url: ["statuses", "0", "url"],
  },
};
