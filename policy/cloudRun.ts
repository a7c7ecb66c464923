import { SERVICE, SERVICE_V1, type Resource } from "./resource.ts";
import { at, known, text } from "./values.ts";

/**
 * What Cloud Run runs: a service, whichever version of the API it was written for, and what is like one: a
 * function, which answers requests too, a job and a worker pool, which do not.
 */
export interface CloudRunService {
  readonly resource: Resource;
  /** `undefined` where nothing is answered. */
  readonly ingress: Property | undefined;
  /** What `ingress` is where only the project's own network, Cloud Tasks among it, is let in. */
  readonly internal: string;
  readonly invokerIamDisabled: Property | undefined;
  readonly serviceAccount: Property;
  readonly containers: readonly unknown[];
  readonly volumes: readonly unknown[];
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
    ingress: places.ingress && read(places.ingress),
    internal: places.internal,
    invokerIamDisabled: places.invokerIamDisabled && read(places.invokerIamDisabled),
    serviceAccount: read(places.serviceAccount),
    containers: known(at(resource.properties, ...places.template, "containers")),
    volumes: known(at(resource.properties, ...places.template, "volumes")),
    url: places.url && text(at(resource.properties, ...places.url)),
  };
}

/** The services among these resources. */
export function cloudRunServices(resources: readonly Resource[]): CloudRunService[] {
  return resources.map(cloudRunService).filter((service) => service !== undefined);
}

interface Places {
  readonly ingress?: readonly string[];
  readonly internal: string;
  readonly invokerIamDisabled?: readonly string[];
  readonly serviceAccount: readonly string[];
  /** Where containers and volumes are. */
  readonly template: readonly string[];
  readonly url?: readonly string[];
}

const ANNOTATIONS = ["metadata", "annotations"];

const PLACES: Readonly<Record<string, Places>> = {
  [SERVICE]: {
    ingress: ["ingress"],
    internal: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    invokerIamDisabled: ["invokerIamDisabled"],
    serviceAccount: ["template", "serviceAccount"],
    template: ["template"],
    url: ["uri"],
  },
  [SERVICE_V1]: {
    ingress: [...ANNOTATIONS, "run.googleapis.com/ingress"],
    internal: "internal",
    invokerIamDisabled: [...ANNOTATIONS, "run.googleapis.com/invoker-iam-disabled"],
    serviceAccount: ["template", "spec", "serviceAccountName"],
    template: ["template", "spec"],
    url: ["statuses", "0", "url"],
  },
  "gcp:cloudrunv2/job:Job": {
    internal: "",
    serviceAccount: ["template", "template", "serviceAccount"],
    template: ["template", "template"],
  },
  "gcp:cloudrunv2/workerPool:WorkerPool": {
    internal: "",
    serviceAccount: ["template", "serviceAccount"],
    template: ["template"],
  },
  "gcp:cloudfunctionsv2/function:Function": {
    ingress: ["serviceConfig", "ingressSettings"],
    internal: "ALLOW_INTERNAL_ONLY",
    serviceAccount: ["serviceConfig", "serviceAccountEmail"],
    // A function has its variables beside one another, and no containers.
    template: ["serviceConfig"],
    url: ["serviceConfig", "uri"],
  },
};

/** The types that these are of. */
export const CLOUD_RUN_TYPES: readonly string[] = Object.keys(PLACES);
