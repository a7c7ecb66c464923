import type { Authority } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Events } from "../events.ts";
import { policyMethods } from "../iam/policyMethods.ts";
import type { PolicyStore } from "../iam/policyStore.ts";
import type { Method } from "../method.ts";
import type { NetworkReply, NetworkRequest } from "../network.ts";
import { makeFrontDoor } from "./frontDoor.ts";
import { ImageStore } from "./imageStore.ts";
import { Operations } from "./operations.ts";
import type { Revision } from "./revision.ts";
import { SERVICE, SERVICE_PATH, serviceMethods } from "./serviceMethods.ts";
import { Services } from "./services.ts";
import type { RevisionStarter } from "./startRevision.ts";

export interface RunOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly policies: PolicyStore;
  /** The value of a version of `projects/P/secrets/S`, or a `GoogleError`. */
  readonly secretValue: RevisionStarter["secretValue"];
  readonly containerEnvironment: RevisionStarter["containerEnvironment"];
  /**
   * Runs containers under the debugger: then neither liveness probes nor request timeouts end anything.
   *
   * @default false
   */
  readonly inspect?: boolean;
}

/** Cloud Run of one project. */
export interface Run {
  readonly methods: Method[];
  /** Answers a request to one of the services' hosts. */
  readonly frontDoor: (request: NetworkRequest) => Promise<NetworkReply>;
  /** Whether a host name is that of a service. */
  readonly serves: (host: string) => boolean;
  readonly images: ImageStore;
  /** Stops all containers and removes all images. */
  readonly stop: () => Promise<void>;
}

export function createRun(options: RunOptions): Run {
  const { project, projectNumber, clock, events, authority, policies, inspect = false } = options;
  const services = new Services();
  const images = new ImageStore();
  const revisions = new Set<Revision>();

  return {
    images,
    serves: (host) => services.atHost(host) !== undefined,
    frontDoor: makeFrontDoor({
      project,
      clock,
      events,
      authority,
      route: (host) => services.atHost(host)?.route,
      hasTimeouts: !inspect,
    }),
    async stop() {
      await Promise.all([...revisions].map((revision) => revision.stop()));
      await images.remove();
    },
    methods: [
      ...serviceMethods({
        projectNumber,
        clock,
        events,
        authority,
        services,
        operations: new Operations(),
        starter: { ...options, images, revisions, inspect },
        onDelete: (name) => {
          policies.remove(name);
        },
      }),
      ...policyMethods(
        {
          service: SERVICE,
          path: SERVICE_PATH,
          getVerb: "GET",
          permissions: "run.services",
          resource: ({ project: of = "", location = "", service = "" }) =>
            `projects/${of}/locations/${location}/services/${service}`,
          exists: (resource) => services.find(resource) !== undefined,
        },
        { policies, authority },
      ),
    ],
  };
}
