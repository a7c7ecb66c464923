import { EventEmitter } from "node:events";

/** What happens in the local cloud, as its console and the terminal show it. Times are in milliseconds. */
export interface CloudEvents {
  /** A task was created. `task` and `queue` are full names. */
  taskCreated: {
    queue: string;
    task: string;
    url: string;
    headers: Readonly<Record<string, string>>;
    scheduleTime: number;
  };
  /** A delivery of a task ended: with the status of its answer, or with the reason why there was none. */
  deliveryFinished: {
    queue: string;
    task: string;
    url: string;
    /** 1 for the first. */
    dispatchCount: number;
    /** 0 where there was no answer. */
    status: number;
    /** Why there was no answer. */
    error?: string;
    scheduleTime: number;
    dispatchTime: number;
    durationMs: number;
    /** When the next delivery is due. Absent where there is none. */
    retryTime?: number;
    /** The task is gone: it was done, or Cloud Tasks dropped it. */
    end?: "done" | "dropped";
  };
  taskDeleted: { queue: string; task: string };
  /** Somebody paused, resumed or purged a queue. */
  queueChanged: { queue: string; change: "paused" | "resumed" | "purged" };
  /** A run of a Scheduler job ended. */
  jobFinished: {
    job: string;
    scheduleTime: number;
    status: number;
    error?: string;
    retryTime?: number;
  };
  /** A call was refused for want of a permission. */
  denied: { member: string; permission: string; resource: string };
  /** A request was turned away before it reached a container. */
  refused: { host: string; path: string; status: number; reason: string };
  /** A line that a container wrote to its standard output or error. */
  containerLog: { service: string; revision: string; line: string; stream: "stdout" | "stderr" };
  /** An instance of a revision started, ended or failed. */
  instance: {
    service: string;
    revision: string;
    state: "started" | "stopped" | "crashed" | "unhealthy";
    detail: string;
  };
  /** A condition of an alert policy began to hold: somebody would be told. */
  alertOpened: AlertEvent;
  /** It holds no longer, or nothing was heard of it for as long as the policy says. */
  alertClosed: AlertEvent;
  /** Something was asked for that the local cloud does not do. */
  notEmulated: { what: string };
}

interface AlertEvent {
  /** The policy's full name. */
  policy: string;
  displayName: string;
  /** `CRITICAL`, `ERROR`, `WARNING`; empty where the policy says none. */
  severity: string;
  /** What it is about: what was taken out of an entry of a log, or the labels of a series. */
  labels: Readonly<Record<string, string>>;
  openTime: number;
}

export type EventName = keyof CloudEvents;

// A table, so that the compiler says which is missing.
const EVENTS: Readonly<Record<EventName, true>> = {
  taskCreated: true,
  deliveryFinished: true,
  taskDeleted: true,
  queueChanged: true,
  jobFinished: true,
  denied: true,
  refused: true,
  containerLog: true,
  instance: true,
  alertOpened: true,
  alertClosed: true,
  notEmulated: true,
};

export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[];

/** Carries the local cloud's events from where they happen to who shows them. */
export class Events {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #recorded: () => Promise<void> | undefined;

  /** Nothing is told before it is recorded: what happened so far is, once `recorded` resolves. */
  constructor(recorded: () => Promise<void> | undefined = () => undefined) {
    this.#recorded = recorded;
  }

  emit<Name extends EventName>(name: Name, event: CloudEvents[Name]): void {
    const pending = this.#recorded();
    if (!pending) {
      this.#emitter.emit(name, event);
      return;
    }
    pending.then(
      () => this.#emitter.emit(name, event),
      // What could not be recorded is told by whoever records.
      () => undefined,
    );
  }

  /** Calls `listener` for every event of that name. Returns what ends it. */
  on<Name extends EventName>(name: Name, listener: (event: CloudEvents[Name]) => void): () => void {
    // What goes wrong with telling it is no failure of what happened.
    const guarded = (event: CloudEvents[Name]): void => {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    };
    this.#emitter.on(name, guarded);
    return () => {
      this.#emitter.off(name, guarded);
    };
  }

  /** Whether anybody listens: an event that costs something to make need not be made otherwise. */
  heard(name: EventName): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }
}
