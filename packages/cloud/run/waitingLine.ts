import type { Clock } from "../time/clock.ts";
import { reasonOf, type Exchange } from "../network/exchange.ts";

/** Why a request got no answer from a container, and the status that tells it. */
export interface NoAnswer {
  readonly status: 429 | 503 | 504;
  readonly reason: string;
  /**
   * An instance had the request, and gave no answer.
   *
   * @default false
   */
  readonly hadInstance?: boolean;
}

/** The requests that wait for an instance, first come, first served. */
export class WaitingLine<Instance> {
  readonly #clock: Clock;
  readonly #waiting = new Set<(outcome: Instance | NoAnswer) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for an instance, or for what ends the waiting. Rejects when the request's signal fires.
   * `startMs` is how long an instance takes to start, on average.
   */
  wait({ signal, deadline }: Exchange, startMs: number): Promise<Instance | NoAnswer> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(serve);
        timer.cancel();
        signal.removeEventListener("abort", onAbort);
      };
      const serve = (outcome: Instance | NoAnswer): void => {
        leave();
        resolve(outcome);
      };
      const onAbort = (): void => {
        leave();
        reject(reasonOf(signal));
      };
      const patience = this.#clock.now() + Math.max(MIN_PATIENCE_MS, PATIENCE * startMs);
      const timer = this.#clock.at(Math.min(patience, deadline), () => {
        serve(deadline < patience ? TIMED_OUT : NO_INSTANCE);
      });
      signal.addEventListener("abort", onAbort);
      this.#waiting.add(serve);
    });
  }

  /** Serves those who wait, for as long as there is a place to take. */
  serve(take: () => Instance | undefined): void {
    for (const serve of this.#waiting) {
      const instance = take();
      if (instance === undefined) return;
      serve(instance);
    }
  }

  /** Sends all away. */
  dismiss(outcome: NoAnswer): void {
    for (const serve of this.#waiting) serve(outcome);
  }
}

/** A request waits for so many average starts. https://cloud.google.com/run/docs/about-instance-autoscaling */
const PATIENCE = 3.5;

/** It waits so long where instances start faster. */
const MIN_PATIENCE_MS = 10_000;

const NO_INSTANCE: NoAnswer = {
  status: 429,
  reason: "The request was aborted because there was no available instance.",
};

export const TIMED_OUT: NoAnswer = {
  status: 504,
  reason: "The request has been terminated because it has timed out.",
};
