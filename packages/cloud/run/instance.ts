import type { Clock, Timer } from "../time/clock.ts";
import { Connections } from "../network/connections.ts";
import type { NetworkReply } from "../network/network.ts";
import {
  startContainer,
  type Container,
  type ContainerProcess,
  type OnLine,
} from "./containerProcess.ts";
import { exchangeOver, type Exchange } from "../network/exchange.ts";
import { probeOnce, startupBoundMs } from "./probe.ts";
import type { Probe } from "./probeSettings.ts";
import { residentMemory } from "./residentMemory.ts";

export interface InstanceOptions {
  readonly container: Container;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe | undefined;
  readonly clock: Clock;
  readonly onLine: OnLine;
}

/** Why a container did not become ready. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  readonly lastLines: readonly string[];

  constructor(message: string, lastLines: readonly string[]) {
    super(message);
    this.lastLines = lastLines;
  }
}

/** The template's timeout has passed without an answer. */
export class RequestTimeout extends Error {
  override readonly name = "RequestTimeout";
}

/** A running instance of a revision: one container that has passed its startup probe. */
export class Instance {
  inFlight = 0;
  /** When it last had nothing to do, by the clock. */
  idleSince: number;
  /** When it was ready, by the clock. */
  readonly started: number;
  /** It gets no more requests. */
  isStopping = false;
  /** Says how the container ended. */
  readonly ended: Promise<string>;
  readonly #process: ContainerProcess;
  readonly #connections: Connections;
  readonly #clock: Clock;
  #liveness: Timer | undefined;

  private constructor(process: ContainerProcess, clock: Clock) {
    this.#process = process;
    this.#clock = clock;
    this.#connections = new Connections(`http://127.0.0.1:${process.port}`);
    this.started = this.idleSince = clock.now();
    this.ended = process.ended.then((how) => {
      this.#liveness?.cancel();
      // Whatever waits for an answer gets an error.
      this.#connections.destroy();
      return how;
    });
  }

  /** Starts a container and waits until it is ready. Throws a `StartFailure` if it does not get so far. */
  static async start(
    { container, startupProbe, livenessProbe, clock, onLine }: InstanceOptions,
    /** Gets what ends the container at once, as soon as there is one. */
    onProcess: (kill: () => void) => void,
    onUnhealthy: (instance: Instance) => void,
  ): Promise<Instance> {
    const process = await startContainer(container, onLine);
    onProcess(() => {
      process.kill("SIGKILL");
    });
    await untilReady(process, startupProbe, clock);
    const instance = new Instance(process, clock);
    if (livenessProbe && !container.inspect) {
      instance.#watch(livenessProbe, onUnhealthy);
    }
    return instance;
  }

  /** Sends a request to the container. Throws a `RequestTimeout` where its deadline passes. */
  async send(exchange: Exchange): Promise<NetworkReply> {
    let timer: Timer | undefined;
    try {
      return await exchangeOver(this.#connections, exchange, (abort) => {
        if (exchange.deadline === Infinity) return;
        timer = this.#clock.at(exchange.deadline, () => {
          abort(new RequestTimeout("The deadline has passed."));
        });
      });
    } finally {
      timer?.cancel();
    }
  }

  /** Ends the container as Cloud Run does: SIGTERM, and SIGKILL 10 seconds later. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.#liveness?.cancel();
    this.#process.kill("SIGTERM");
    const timer = this.#clock.at(this.#clock.now() + STOP_GRACE_MS, () => {
      this.kill();
    });
    await this.ended;
    timer.cancel();
  }

  /** The memory that its container holds, in bytes; `undefined` where nobody tells. */
  async memory(): Promise<number | undefined> {
    const { pid } = this.#process;
    return pid === undefined ? undefined : residentMemory(pid);
  }

  kill(): void {
    this.isStopping = true;
    this.#process.kill("SIGKILL");
  }

  /** Probes the container from time to time. */
  #watch(probe: Probe, onUnhealthy: (instance: Instance) => void): void {
    let failures = 0;
    const check = async (): Promise<void> => {
      const healthy = await probeOnce(probe, this.#process.port, this.#clock);
      if (this.isStopping) return;
      failures = healthy ? 0 : failures + 1;
      if (failures >= probe.failureThreshold) onUnhealthy(this);
      else next(probe.periodSeconds);
    };
    const next = (seconds: number): void => {
      this.#liveness = this.#clock.at(this.#clock.now() + seconds * 1000, () => void check());
    };
    next(probe.initialDelaySeconds + probe.periodSeconds);
  }
}

/** https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const STOP_GRACE_MS = 10_000;

/** How often a starting container is probed, however rarely its probe asks: nobody wants to wait here. */
const STARTUP_PERIOD_MS = 20;

async function untilReady(process: ContainerProcess, probe: Probe, clock: Clock): Promise<void> {
  const bound = clock.now() + startupBoundMs(probe);
  let how: string | undefined;
  void process.ended.then((ending) => (how = ending));
  while (how === undefined) {
    if (await probeOnce(probe, process.port, clock)) return;
    if (clock.now() >= bound) {
      process.kill("SIGKILL");
      await process.ended;
      break;
    }
    await Promise.race([process.ended, wait(clock, STARTUP_PERIOD_MS)]);
  }
  const reason =
    clock.now() >= bound ? `not ready after ${startupBoundMs(probe) / 1000} s` : (how ?? "ended");
  throw new StartFailure(reason, process.lastLines());
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.now() + ms, resolve);
  });
}
