import type { Clock, Timer } from "../time/clock.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import type { Events } from "../api/events.ts";
import type { LogResource, WriteLog } from "../api/logs.ts";
import type { NetworkReply } from "../network/network.ts";
import type { Exchange } from "../network/exchange.ts";
import { containerEntry } from "./containerLine.ts";
import { Instance, RequestTimeout, type InstanceOptions } from "./instance.ts";
import { revisionResource } from "./requestLog.ts";
import { TIMED_OUT, WaitingLine, type NoAnswer } from "./waitingLine.ts";

export interface RevisionOptions extends Omit<InstanceOptions, "onLine" | "clock"> {
  /** Short names, as in K_SERVICE and K_REVISION. */
  readonly service: string;
  readonly revision: string;
  /** The service's full name. */
  readonly serviceName: string;
  /** Takes the lines of its containers. */
  readonly writeLog?: WriteLog;
  /** Called before its instances change, or what they have to do. */
  readonly beforeChange: () => void;
  /** Requests that an instance takes at once. */
  readonly concurrency: number;
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** A revision's instances at one moment. */
export interface RevisionState {
  /** Short names. */
  readonly service: string;
  readonly revision: string;
  /** How many of its instances ended by themselves, could not start, or were killed by their liveness probe. */
  readonly failures: number;
  readonly instances: readonly {
    readonly startTime: string;
    /** Requests that it has not answered yet. */
    readonly inFlight: number;
    /** What its container holds; absent where this machine does not tell. */
    readonly memoryBytes?: number;
  }[];
}

/** A container that is not ready yet, and what ends it at once. */
interface Starting {
  kill: () => void;
}

/** A revision of a service: its instances, and the requests that wait for one. */
export class Revision {
  /** What the entries of its logs are about. */
  readonly resource: LogResource;
  readonly #options: RevisionOptions;
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #instances: Instance[] = [];
  readonly #line: WaitingLine<Instance>;
  /** The containers that are not ready yet. */
  readonly #starting = new Map<Starting, Promise<void>>();
  /** Resolves when the last container has ended for good. */
  readonly stopped: Promise<void>;
  /** How long an instance takes to start, on average, and how many have. */
  #startMs = 0;
  #startCount = 0;
  #markStopped: () => void = () => undefined;
  #idleCheck: Timer | undefined;
  #failures = 0;
  #isRetired = false;
  #stopping = false;

  constructor(options: RevisionOptions, clock: Clock, events: Events) {
    this.resource = revisionResource(options.serviceName, options.revision);
    this.#options = options;
    this.#clock = clock;
    this.#events = events;
    this.#line = new WaitingLine(clock);
    this.stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
  }

  get name(): string {
    return this.#options.revision;
  }

  /** The full name of its service. */
  get serviceName(): string {
    return this.#options.serviceName;
  }

  /** How many instances have something to do, and how many have not. */
  get instanceCounts(): { readonly active: number; readonly idle: number } {
    const active = this.#instances.filter(({ inFlight }) => inFlight > 0).length;
    return { active, idle: this.#instances.length - active };
  }

  /** Its instances, and what each holds. */
  async state(): Promise<RevisionState> {
    const { service, revision } = this.#options;
    const instances = this.#instances.map(async (instance) => {
      const { started, inFlight } = instance;
      const memoryBytes = await instance.memory();
      return {
        ...{ startTime: msToTimestamp(started), inFlight },
        ...(memoryBytes !== undefined && { memoryBytes }),
      };
    });
    return {
      ...{ service, revision, failures: this.#failures },
      instances: await Promise.all(instances),
    };
  }

  /** Proves that the revision can start. Throws a `StartFailure` if it cannot. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#kept }, () => this.#startInstance()));
  }

  /** Has a request answered by one of the instances. Rejects when its signal fires. */
  async send(exchange: Exchange): Promise<NetworkReply | NoAnswer> {
    for (;;) {
      const instance = this.#take() ?? (await this.#wait(exchange));
      if (!(instance instanceof Instance)) return instance;
      try {
        return await instance.send(exchange);
      } catch (error) {
        if (exchange.signal.aborted) throw error;
        if (error instanceof RequestTimeout) return { ...TIMED_OUT, hadInstance: true };
        // A dead container's connections break a moment before its end is known.
        await Promise.race([instance.ended, this.#pause(DEATH_NOTICE_MS)]);
        if (!(wasNotSent(error) && instance.isStopping)) {
          const reason = `The container gave no answer: ${messageOf(error)}.`;
          return { status: 503, reason, hadInstance: true };
        }
      } finally {
        this.#options.beforeChange();
        instance.inFlight -= 1;
        this.#release(instance);
      }
    }
  }

  /** Gives the revision up: it serves what it has been sent, then its instances are stopped. */
  retire(): void {
    this.#isRetired = true;
    this.#idleCheck?.cancel();
    if (this.#isIdle) void this.stop();
  }

  /** Stops all instances. Requests in flight have the 10 seconds that a container has. */
  stop(): Promise<void> {
    if (this.#stopping) return this.stopped;
    this.#isRetired = this.#stopping = true;
    this.#idleCheck?.cancel();
    for (const starting of this.#starting.keys()) starting.kill();
    this.#line.dismiss(STOPPED);
    const ending = [
      ...this.#instances.map((instance) => instance.stop()),
      ...this.#starting.values(),
    ];
    // One that is killed before it is ready has failed to start.
    void Promise.allSettled(ending).then(this.#markStopped);
    return this.stopped;
  }

  /** Instances that are kept when there is nothing to do. One at least: this machine need not scale to zero. */
  get #kept(): number {
    const { minInstances, maxInstances } = this.#options;
    return Math.min(Math.max(1, minInstances), maxInstances);
  }

  get #isIdle(): boolean {
    return this.#line.length === 0 && this.#instances.every((instance) => instance.inFlight === 0);
  }

  /** Takes a place on the instance that has least to do, unless all have their fill. */
  #take(): Instance | undefined {
    let best: Instance | undefined;
    for (const instance of this.#instances) {
      if (instance.isStopping || instance.inFlight >= this.#options.concurrency) continue;
      if (best === undefined || instance.inFlight < best.inFlight) best = instance;
    }
    if (best) {
      this.#options.beforeChange();
      best.inFlight += 1;
    }
    return best;
  }

  #wait(exchange: Exchange): Promise<Instance | NoAnswer> {
    if (this.#stopping) return Promise.resolve(STOPPED);
    const outcome = this.#line.wait(exchange, this.#startMs);
    this.#scaleUp();
    return outcome;
  }

  #release(instance: Instance): void {
    if (this.#line.length > 0) this.#serveWaiting();
    if (instance.inFlight > 0) return;
    if (this.#isRetired) {
      if (this.#isIdle) void this.stop();
    } else {
      instance.idleSince = this.#clock.now();
      this.#watchIdle();
    }
  }

  /** Looks again in a minute where there are more instances than are kept. */
  #watchIdle(): void {
    if (this.#isRetired || this.#instances.length <= this.#kept) return;
    this.#idleCheck ??= this.#clock.at(this.#clock.now() + MAX_IDLE_MS, () => {
      this.#idleCheck = undefined;
      this.#scaleDown();
      this.#watchIdle();
    });
  }

  #serveWaiting(): void {
    this.#line.serve(() => this.#take());
  }

  #scaleUp(): void {
    const { concurrency, maxInstances } = this.#options;
    while (
      !this.#stopping &&
      this.#starting.size * concurrency < this.#line.length &&
      this.#instances.length + this.#starting.size < maxInstances
    ) {
      this.#startInstance().catch((error: unknown) => {
        // Others may still serve those who wait.
        if (this.#instances.length + this.#starting.size > 0) return;
        this.#line.dismiss({
          status: 503,
          reason: `No instance could be started: ${messageOf(error)}.`,
        });
      });
    }
  }

  #scaleDown(): void {
    const since = this.#clock.now() - MAX_IDLE_MS;
    const idle = this.#instances.filter(
      ({ inFlight, idleSince, isStopping }) => inFlight === 0 && idleSince <= since && !isStopping,
    );
    const extra = Math.max(0, this.#instances.length - this.#kept);
    for (const instance of idle.slice(0, extra)) void instance.stop();
  }

  #startInstance(): Promise<void> {
    const starting: Starting = { kill: () => undefined };
    const launched = this.#launch(starting);
    this.#starting.set(starting, launched);
    return launched;
  }

  async #launch(starting: Starting): Promise<void> {
    const began = this.#clock.now();
    try {
      const instance = await Instance.start(
        { ...this.#options, clock: this.#clock, onLine: this.#log },
        (kill) => {
          starting.kill = kill;
          if (this.#stopping) kill();
        },
        (unhealthy) => {
          this.#replace(unhealthy);
        },
      );
      this.#startCount += 1;
      this.#startMs += (this.#clock.now() - began - this.#startMs) / this.#startCount;
      this.#adopt(instance);
      if (this.#stopping) await instance.stop();
    } catch (error) {
      this.#emit("crashed", messageOf(error));
      throw error;
    } finally {
      this.#starting.delete(starting);
    }
    this.#serveWaiting();
    this.#watchIdle();
  }

  #adopt(instance: Instance): void {
    const born = this.#clock.now();
    this.#options.beforeChange();
    this.#instances.push(instance);
    this.#emit("started", "ready");
    void instance.ended.then((how) => {
      this.#options.beforeChange();
      this.#instances.splice(this.#instances.indexOf(instance), 1);
      const expected = instance.isStopping;
      instance.isStopping = true;
      this.#emit(expected ? "stopped" : "crashed", how);
      if (this.#line.length > 0) this.#scaleUp();
      else if (!expected && this.#clock.now() - born >= MIN_LIFE_MS) this.#keepWarm();
    });
  }

  /** Starts an instance where one of those that the template keeps warm is gone. */
  #keepWarm(): void {
    const count = this.#instances.length + this.#starting.size;
    if (this.#isRetired || count >= this.#options.minInstances) return;
    // Its failure is told as an event; the next request tries again.
    this.#startInstance().catch(() => undefined);
  }

  #replace(unhealthy: Instance): void {
    this.#emit("unhealthy", "The liveness probe failed; the instance is killed.");
    unhealthy.kill();
    if (this.#isRetired) return;
    // Its failure is told as an event; the next request tries again.
    this.#startInstance().catch(() => undefined);
  }

  #emit(state: "started" | "stopped" | "crashed" | "unhealthy", detail: string): void {
    const { service, revision } = this.#options;
    if (state === "crashed" || state === "unhealthy") this.#failures += 1;
    this.#events.emit("instance", { service, revision, state, detail });
  }

  readonly #log = (line: string, stream: "stdout" | "stderr"): void => {
    const { service, revision, writeLog } = this.#options;
    this.#events.emit("containerLog", { service, revision, line, stream });
    writeLog?.({
      log: `run.googleapis.com/${stream}`,
      bytes: line.length * 2,
      fields: () => containerEntry(line, this.resource),
    });
  };

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.at(this.#clock.now() + ms, resolve);
    });
  }
}

/** How long an instance beyond those that are kept may have nothing to do. */
const MAX_IDLE_MS = 60_000;

const DEATH_NOTICE_MS = 100;

/** An instance that ends sooner is started again by a request only, so that a crash is not repeated for ever. */
const MIN_LIFE_MS = 1000;

const STOPPED: NoAnswer = { status: 503, reason: "The revision is stopped." };

/** Whether a request that failed cannot have reached the container. */
function wasNotSent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
