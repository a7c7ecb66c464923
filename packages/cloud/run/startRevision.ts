import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import { GoogleError } from "../api/googleError.ts";
import { templateEnvironment, type SecretAccess } from "./containerEnvironment.ts";
import { elsewhere, findImage } from "./findImage.ts";
import { programOf, type ImageStore } from "./imageStore.ts";
import { StartFailure } from "./instance.ts";
import { Revision } from "./revision.ts";
import type { RunMeter } from "./runMeter.ts";
import type { ServiceSettings } from "./serviceSettings.ts";

export interface RevisionStarter extends SecretAccess {
  readonly clock: Clock;
  readonly events: Events;
  readonly images: ImageStore;
  readonly inspect: boolean;
  /** Every revision that is not stopped yet, whether it serves or not. */
  readonly revisions: Set<Revision>;
  /** Takes the lines of containers; `undefined` where nothing does. */
  readonly writeLog?: WriteLog;
  /** Measures the instances; `undefined` where nothing does. */
  readonly meter?: RunMeter;
  /** What the platform adds to a container's environment, such as GCE_METADATA_HOST. */
  readonly containerEnvironment: (
    container: PlatformContainer,
  ) => Record<string, string> | Promise<Record<string, string>>;
}

/** Whose container it is. */
export interface PlatformContainer {
  /** The full name of the service. */
  readonly service: string;
  /** The e-mail address of the account that it runs as. */
  readonly serviceAccount: string;
}

/** What serves a service: a revision, or why there is none. */
export type Backend = Revision | { readonly problem: string };

/**
 * Starts a revision and waits until it is ready. Throws a `GoogleError` that says why it is not. An image of
 * another machine's registry is no failure: the revision is then ready, and does nothing.
 */
export function startRevision(...args: MakeArgs): Promise<Backend> {
  return begin(args, startOrStop);
}

/**
 * Starts a revision that has been ready before. That its container ends at once is no more than a crash: the next
 * request has another one started. Throws a `GoogleError` where there is nothing to start.
 */
export function resumeRevision(...args: MakeArgs): Promise<Backend> {
  // Its failure is told as an event.
  return begin(args, (made) => made.start().catch(() => undefined));
}

type MakeArgs = Parameters<typeof makeRevision>;

async function begin(
  args: MakeArgs,
  start: (made: Revision) => Promise<unknown>,
): Promise<Backend> {
  try {
    const made = await makeRevision(...args);
    if (made instanceof Revision) await start(made);
    return made;
  } catch (error) {
    const [, , revision] = args;
    throw notReady(revision, error);
  }
}

interface ServiceName {
  readonly name: string;
  readonly id: string;
}

/** A revision that has no instance yet. */
async function makeRevision(
  starter: RevisionStarter,
  service: ServiceName,
  revision: string,
  { template }: ServiceSettings,
): Promise<Backend> {
  const [container, ...sidecars] = template.containers;
  if (!container) throw new Error("A service has a container: its settings were read.");
  if (sidecars.length > 0) starter.events.emit("notEmulated", { what: "Sidecar containers" });
  if (container.ports[0]?.["name"] === "h2c") {
    starter.events.emit("notEmulated", { what: "HTTP/2 to a container (port 'h2c')" });
  }
  const account = template.serviceAccount ?? "";

  const image = await findImage(starter.images, container.image);
  const env = templateEnvironment(container.env ?? [], account, starter);
  if (!image) {
    const problem = elsewhere(container.image);
    starter.events.emit("notEmulated", { what: `${service.id} answers 503: ${problem}` });
    return { problem };
  }
  const made = new Revision(
    {
      service: service.id,
      serviceName: service.name,
      revision,
      ...(starter.writeLog && { writeLog: starter.writeLog }),
      beforeChange: () => starter.meter?.catchUp(),
      concurrency: template.maxInstanceRequestConcurrency,
      minInstances: template.scaling.minInstanceCount,
      maxInstances: template.scaling.maxInstanceCount,
      startupProbe: container.startupProbe,
      livenessProbe: container.livenessProbe,
      container: {
        command: programOf(image, container),
        directory: image.directory,
        inspect: starter.inspect,
        env: {
          ...env,
          ...(await starter.containerEnvironment({
            service: service.name,
            serviceAccount: account,
          })),
          K_SERVICE: service.id,
          K_REVISION: revision,
          K_CONFIGURATION: service.id,
        },
      },
    },
    starter.clock,
    starter.events,
  );
  starter.revisions.add(made);
  void made.stopped.then(() => starter.revisions.delete(made));
  return made;
}

async function startOrStop(revision: Revision): Promise<void> {
  try {
    await revision.start();
  } catch (error) {
    // Of several instances, some may have started.
    await revision.stop();
    throw error;
  }
}

function notReady(revision: string, error: unknown): GoogleError {
  const sentence = `Revision '${revision}' is not ready and cannot serve traffic.`;
  if (error instanceof GoogleError) {
    return new GoogleError(error.code, `${sentence} ${error.message}`);
  }
  if (!(error instanceof StartFailure)) {
    return new GoogleError(
      "FAILED_PRECONDITION",
      `${sentence} ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const log = error.lastLines.map((line) => `\n  ${line}`).join("");
  return new GoogleError(
    "FAILED_PRECONDITION",
    `${sentence} The user-provided container failed to start and listen on the port defined provided by the PORT environment variable within the allocated timeout (${error.message}).${log === "" ? " It wrote nothing." : ` Its last lines:${log}`}`,
  );
}
