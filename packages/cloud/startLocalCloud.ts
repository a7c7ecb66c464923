import { startCloud, type Cloud } from "./cloud.ts";
import { Activity } from "./time/activity.ts";
import { systemClock } from "./time/clock.ts";
import type { CloudTasksSettings } from "./cloudtasks/cloudTasks.ts";
import { durationToMs } from "./api/protoTime.ts";
import type { HostHandler } from "./network/inProcessHosts.ts";
import type { RunSettings } from "./run/invokerCheck.ts";
import { VirtualClock } from "./time/virtualClock.ts";

export type { Fault } from "./faults/fault.ts";
export type { HostHandler, HostRequest } from "./network/inProcessHosts.ts";

/** A time span as Google's APIs write it: `"3600s"`. */
export type Duration = `${number}s`;

export interface LocalCloudOptions {
  /**
   * The machine's time; or `"virtual"`, which moves only where `advance` and `idle` say so.
   *
   * @default "system"
   */
  readonly clock?: "system" | "virtual";
  /**
   * Where a virtual clock starts.
   *
   * @default - now, by the machine's clock
   */
  readonly startTime?: Date;
  /** @default "local-project" */
  readonly project?: string;
  /** @default "europe-west1" */
  readonly region?: string;
  /** The port of Google's REST API, on 127.0.0.1. @default 0, any free one */
  readonly port?: number;
  /** The port of Cloud Run's front door for callers inside the project. @default 0 */
  readonly insidePort?: number;
  /** The port of Cloud Tasks over gRPC. @default 0 */
  readonly grpcPort?: number;
  /**
   * What answers requests to a host in this process, so that a test needs neither a server nor a name that
   * resolves: `{ "worker.example": () => 200 }`.
   */
  readonly hosts?: Readonly<Record<string, HostHandler>>;
  /**
   * Hosts beyond this machine that tasks and schedules may call.
   *
   * @default - none
   */
  readonly allowHosts?: readonly string[];
  /**
   * A directory in which all that the cloud holds is kept, across restarts and whatever ends the process. Not
   * for a virtual clock.
   *
   * @default - the memory of the process
   */
  readonly dataDirectory?: string;
  /** What Google leaves open: how long names stay taken, whether redirects are followed, which audiences are good. */
  readonly settings?: CloudTasksSettings & RunSettings;
  /**
   * A source of numbers from 0 up to 1, for faults with a probability.
   *
   * @default Math.random
   */
  readonly random?: () => number;
}

/** A Google Cloud for tests, on this machine. It is empty, and everything may be done without a token. */
export interface LocalCloud
  extends AsyncDisposable, Pick<Cloud, "deployToken" | "events" | "faults" | "stop"> {
  /** Google's REST API, and the control API: `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Cloud Tasks over gRPC, without TLS: `127.0.0.1:PORT`. */
  readonly grpcEndpoint: string;
  readonly project: string;
  /** `projects/P/locations/L`: what the names of queues and jobs begin with. */
  readonly location: string;
  /** The time in the cloud. */
  now(): Date;
  /** Moves a virtual clock on, and runs what falls due on the way in exact order. */
  advance(by: Duration): Promise<void>;
  /**
   * Resolves once every task has come to its end and nothing is under way: a virtual clock moves on for it, from
   * retry to retry; the machine's is waited for. Tasks on paused queues, and schedules, are not waited for.
   *
   * @param limit "2678400s" by default, the 31 days after which every task is gone. It is an error to exceed it.
   */
  idle(limit?: Duration): Promise<void>;
  /** Empties the cloud: of resources, tasks and faults. Addresses and time stay. */
  reset(): Promise<void>;
}

/** Starts a Google Cloud for tests: `await using cloud = await startLocalCloud({ clock: "virtual" })`. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { project = "local-project", region = "europe-west1", startTime } = options;
  if (options.clock === "virtual" && options.dataDirectory !== undefined) {
    throw new Error("A virtual clock starts anew each time: it does not go with 'dataDirectory'.");
  }
  const activity = new Activity();
  const virtual =
    options.clock === "virtual"
      ? new VirtualClock(startTime?.getTime() ?? Date.now(), activity)
      : undefined;
  const clock = virtual ?? systemClock;
  const cloud = await startCloud({
    ...options,
    project,
    region,
    clock,
    activity,
  });
  return {
    events: cloud.events,
    faults: cloud.faults,
    deployToken: cloud.deployToken,
    endpoint: cloud.endpoint,
    grpcEndpoint: `127.0.0.1:${cloud.grpcPort}`,
    project,
    location: `projects/${project}/locations/${region}`,
    now: () => new Date(clock.now()),
    async advance(by) {
      if (virtual === undefined) {
        throw new Error('The clock is the machine\'s: start the cloud with clock: "virtual".');
      }
      await virtual.advance(durationToMs(by));
    },
    idle: (limit) => cloud.idle(limit === undefined ? undefined : durationToMs(limit)),
    reset: () => cloud.reset(),
    stop: () => cloud.stop(),
    [Symbol.asyncDispose]: () => cloud.stop(),
  };
}
