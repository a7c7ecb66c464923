import type { BehaviourGroup } from "../behaviour.ts";

const invokers = { isEmulated: "yes", test: "run/invokers.test.ts" } as const;
const instances = { section: "5.2", test: "run/instances.test.ts" } as const;

/** What Cloud Run does with a request, and with a container. */
export const cloudRunBehaviours: BehaviourGroup = {
  title: "Cloud Run",
  behaviours: [
    {
      what: "ingress before IAM: 404 for whoever is not inside; Tasks and Scheduler of the project are",
      isEmulated: "yes",
      section: "5.3",
      test: "run/ingress.test.ts",
    },
    {
      what: "403 without a token or the role, 401 for a token that is not good or not for this service",
      section: "4.4",
      ...invokers,
    },
    {
      what: "an audience of the service's own address with a query or a fragment, as the default audience may be",
      isEmulated: "partly",
      note: "refused, as one report has it; `settings.acceptQueryInAudience: true` takes it",
      section: "4.4",
      test: "run/invokers.test.ts",
    },
    { what: "the container sees a token without its signature", section: "5.3", ...invokers },
    { what: "both addresses of a service, and its custom audiences", section: "5.4", ...invokers },
    {
      what: "environment, readiness, concurrency, timeout (504), no free instance (429), SIGTERM and ten seconds",
      isEmulated: "yes",
      section: "5.2",
      test: "run/containerContract.test.ts",
    },
    {
      what: "HTTP/2 to a container (a port named `h2c`)",
      isEmulated: "no",
      note: "it gets HTTP/1, and a line says so",
      section: "5.2",
    },
    {
      what: "instances from `minInstanceCount` to `maxInstanceCount`",
      isEmulated: "partly",
      note: "one at least is kept",
      ...instances,
    },
    {
      what: "memory that goes with CPU, and what less than one CPU and less than 512 MiB do not go with",
      isEmulated: "yes",
      section: "5.1",
      test: "run/serviceFields.test.ts",
    },
    {
      what: "the container's isolation, its CPU and its memory",
      isEmulated: "no",
      note: "it is a process of this machine, on loopback",
      ...instances,
    },
    {
      what: "images",
      isEmulated: "partly",
      note: "the files of the build context, or of the working directory from a registry on loopback, and a command that runs a Node program",
      section: "5.2",
      test: "run/images.test.ts",
    },
    {
      what: "the metadata server, with the service's own account",
      isEmulated: "yes",
      section: "5.3",
      test: "run/metadataServer.test.ts",
    },
    {
      what: "operations",
      isEmulated: "yes",
      note: "answered when they have ended, so that nobody has to poll",
      section: "5.1",
      test: "run/services.test.ts",
    },
    {
      what: "traffic to other revisions than the latest, tags, sidecars",
      isEmulated: "no",
      section: "5.1",
    },
    {
      what: "VPC Service Controls, load balancers, custom domains",
      isEmulated: "no",
      section: "5.3",
    },
  ],
};
