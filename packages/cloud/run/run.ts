import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import type { PolicyKind } from "../api/policyKind.ts";
import type { NetworkReply, NetworkRequest } from "../network/network.ts";
import { memoryStore, type Store } from "../data/store.ts";
import { makeFrontDoor } from "./frontDoor.ts";
import { elsewhere } from "./findImage.ts";
import { ImageStore } from "./imageStore.ts";
import type { RunSettings } from "./invokerCheck.ts";
import { Operations } from "./operations.ts";
import type { Revision } from "./revision.ts";
import type { RunMeter } from "./runMeter.ts";
import type { Service } from "./service.ts";
import { SERVICE, SERVICE_PATH, serviceMethods } from "./serviceMethods.ts";
import { Services } from "./services.ts";
import { resumeRevision, type RevisionStarter } from "./startRevision.ts";

export interface RunOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  /** Told the full name of a service that was deleted: its IAM policy goes with it. */
  readonly onDelete: (service: string) => void;
  /** The value of a version of `projects/P/secrets/S`, or a `GoogleError`. */
  readonly secretValue: RevisionStarter["secretValue"];
  readonly containerEnvironment: RevisionStarter["containerEnvironment"];
  /**
   * Runs containers under the debugger: then neither liveness probes nor request timeouts end anything.
   *
   * @default false
   */
  readonly inspect?: boolean;
  readonly settings?: RunSettings;
  /**
   * Takes the lines of containers, and the requests.
   *
   * @default - nothing does
   */
  readonly writeLog?: WriteLog;
  /**
   * Measures requests and instances.
   *
   * @default - nothing does
   */
  readonly meter?: RunMeter;
  /**
   * What keeps the services.
   *
   * @default - the memory of the process
   */
  readonly store?: Store;
  /**
   * Where the files of images are kept.
   *
   * @default - a temporary directory, until `stop`
   */
  readonly imageDirectory?: string;
}

/** Cloud Run of one project. */
export interface Run {
  readonly methods: Method[];
  /** The kind of resource that services are to IAM. */
  readonly policyKind: PolicyKind;
  /** Answers a request to one of the services' hosts. */
  readonly frontDoor: (request: NetworkRequest) => Promise<NetworkReply>;
  /** Whether a host name is that of a service. */
  readonly serves: (host: string) => boolean;
  readonly images: ImageStore;
  /** Every revision that is not stopped yet. */
  readonly revisions: Iterable<Revision>;
  /** Starts the services that were kept from an earlier run. */
  readonly start: () => Promise<void>;
  /** Stops all containers, and removes the images that are not kept. */
  readonly stop: () => Promise<void>;
}

export function createRun(options: RunOptions): Run {
  const { project, projectNumber, clock, events, authority, onDelete, inspect = false } = options;
  const { store = memoryStore, imageDirectory, settings = {}, writeLog, meter } = options;
  const services = new Services(store);
  const images = new ImageStore(store, imageDirectory);
  const revisions = new Set<Revision>();
  const starter = { ...options, images, revisions, inspect };

  return {
    images,
    revisions,
    serves: (host) => services.atHost(host) !== undefined,
    frontDoor: makeFrontDoor({
      project,
      clock,
      events,
      authority,
      route: (host) => services.atHost(host)?.route,
      hasTimeouts: !inspect,
      settings,
      writeLog,
      meter,
    }),
    async start() {
      await Promise.all([...services.all()].map((service) => restart(service, starter)));
    },
    async stop() {
      await Promise.all([...revisions].map((revision) => revision.stop()));
      await images.close();
    },
    policyKind: {
      service: SERVICE,
      path: SERVICE_PATH,
      getVerb: "GET",
      permissions: "run.services",
      resource: ({ project: of = "", location = "", service = "" }) =>
        `projects/${of}/locations/${location}/services/${service}`,
      exists: (resource) => services.find(resource) !== undefined,
    },
    methods: serviceMethods({
      project,
      projectNumber,
      clock,
      events,
      authority,
      services,
      operations: new Operations(),
      starter,
      onDelete,
    }),
  };
}

/** Has the revision serve that served before. Where there is nothing to start any more, requests are told why. */
async function restart(service: Service, starter: RevisionStarter): Promise<void> {
  const { revision, settings } = service;
  if (revision === undefined) return;
  if (service.kept.isForeign) {
    service.serve({ problem: elsewhere(settings.template.containers[0]?.image ?? "") });
    return;
  }
  try {
    service.serve(await resumeRevision(starter, service, revision, settings));
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    service.serve({ problem: error.message });
  }
}
