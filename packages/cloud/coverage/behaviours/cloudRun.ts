import type { BehaviourGroup } from "../behaviour.ts";

/** What Cloud Run does with a request, and with a container. */
export const cloudRunBehaviours: BehaviourGroup = {
  title: "Cloud Run",
  behaviours: [
    {
      what: "ingress before IAM: 404 for whoever is not inside; Tasks and Scheduler of the project are",
      isEmulated: "yes",
      section: "5.3",
      tests: {
        "run/ingress.test.ts": [
          "of $ingress answers 404 to whom it does not admit",
          "is looked at before IAM: 404 to a caller with $caller",
        ],
      },
    },
    {
      what: "403 without a token or the role, 401 for a token that is not good or not for this service",
      section: "4.4",
      isEmulated: "yes",
      tests: {
        "run/invokers.test.ts": [
          "is nobody without an Authorization header: 403",
          "is nobody with a token that is malformed, expired or of another signature: 401",
          "is nobody with an audience that is not the service's: 401, whatever the role",
          "is no account without run.routes.invoke: 403",
        ],
      },
    },
    {
      what: "an audience of the service's own address with a query or a fragment, as the default audience may be",
      isEmulated: "partly",
      note: "refused, as one report has it; `settings.acceptQueryInAudience: true` takes it",
      section: "4.4",
      tests: {
        "run/invokers.test.ts": ["may be an address with '%s' only where the settings say so"],
      },
    },
    {
      what: "the container sees a token without its signature",
      section: "5.3",
      isEmulated: "yes",
      tests: {
        "run/invokers.test.ts": [
          "has its claims and no signature, so that it cannot be verified again",
        ],
      },
    },
    {
      what: "both addresses of a service, and its custom audiences",
      section: "5.4",
      isEmulated: "yes",
      tests: {
        "run/invokers.test.ts": [
          "may be either of the service's addresses, with a slash or a path or without",
          "may be a custom audience, beside the addresses",
        ],
      },
    },
    {
      what: "environment, readiness, concurrency, timeout (504), no free instance (429), SIGTERM and ten seconds",
      isEmulated: "yes",
      section: "5.2",
      tests: {
        "run/containerContract.test.ts": [
          "is told its service, revision, configuration and port, and no template may say otherwise",
          "has four minutes to listen",
          "has ten seconds after SIGTERM, and is then killed (G 12.1.11)",
        ],
        "run/instances.test.ts": [
          "answers 504 when the template's timeout has passed (G 5.2)",
          "answers 429 to a request for which no instance becomes free in time (G 5.2)",
        ],
      },
    },
    {
      what: "HTTP/2 to a container (a port named `h2c`)",
      isEmulated: "no",
      note: "it gets HTTP/1, and a line says so",
      section: "5.2",
      tests: {
        "run/containerContract.test.ts": ["that asks for HTTP/2 gets HTTP/1, and a line says so"],
      },
    },
    {
      what: "instances from `minInstanceCount` to `maxInstanceCount`",
      isEmulated: "partly",
      note: "one at least is kept",
      section: "5.2",
      tests: {
        "run/instances.test.ts": [
          "starts another instance when all have their fill, up to the maximum",
          "keeps the instances warm that its template asks for (G 5.2)",
          "ends instances that have had nothing to do for a minute, but for one (G 5.2)",
        ],
      },
    },
    {
      what: "memory that goes with CPU, and what less than one CPU and less than 512 MiB do not go with",
      isEmulated: "yes",
      section: "5.1",
      tests: {
        "run/serviceFields.test.ts": [
          "refuses $resources",
          "refuses less than one CPU with more than one request at once",
          "refuses an instance of the second generation with less than 512Mi",
        ],
      },
    },
    {
      what: "the container's isolation, its CPU and its memory",
      isEmulated: "no",
      note: "it is a process of this machine, on loopback",
      section: "5.2",
      tests: {
        "run/instances.test.ts": ["listens on loopback only, whatever it asks for (G 5.2)"],
      },
    },
    {
      what: "images",
      isEmulated: "partly",
      note: "the files of the build context, or of the working directory from a registry on loopback, and a command that runs a Node program",
      section: "5.2",
      tests: {
        "run/images.test.ts": [
          "is read from $dockerfile",
          "are found by digest, with or without a tag, and removed at the end",
        ],
      },
    },
    {
      what: "the metadata server, with the service's own account",
      isEmulated: "yes",
      section: "5.3",
      tests: {
        "run/metadataServer.test.ts": [
          "gives an access token of its account",
          "gives an ID token for an audience, and wants one",
          "is where Google's client libraries get their tokens",
        ],
      },
    },
    {
      what: "operations",
      isEmulated: "yes",
      note: "answered when they have ended, so that nobody has to poll",
      section: "5.1",
      tests: {
        "run/services.test.ts": ["list, wait for and delete operations, all of which have ended"],
      },
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
