import { isPermanent } from "./errors.ts";
import type { StopSign } from "./stopSign.ts";

/** How a handler ended. */
export type Outcome =
  | { readonly kind: "returned" }
  | { readonly kind: "threw"; readonly error: unknown }
  /** Its time was up. `error` says so. */
  | { readonly kind: "out-of-time"; readonly error: Error }
  /** The worker has to go. */
  | { readonly kind: "stopped" }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "unheard" };

/** Whoever sent a request, and waits for its answer. */
export interface Caller {
  /** Whether it has closed the connection. */
  readonly hasGone: () => boolean;
  /** Calls `run` when it does. Returns what cancels that. */
  readonly onGone: (run: () => void) => () => void;
}

/** Calls `run` once, after `ms` milliseconds. Returns what cancels it. */
export type After = (ms: number, run: () => void) => () => void;

export interface Race {
  /** How long the handler may take until its signal fires. */
  readonly runMs: number;
  /** Ends the handler early: the worker has to go. */
  readonly stop: StopSign;
  /** Ends it as well when it has gone. */
  readonly caller: Caller;
  readonly after: After;
}

/** What a handler has after its signal fired, before the worker goes on without it. */
const GRACE_MS = 1000;

/**
 * The part of a dispatch deadline that is the handler's. The rest is for the worker to notice, to write a
 * dead letter, and for its answer to reach Cloud Tasks.
 */
export function handlerTimeMs(dispatchDeadlineMs: number): number {
  return dispatchDeadlineMs - Math.max(3000, dispatchDeadlineMs * 0.1);
}

/** Runs a handler against its deadline and the worker's own end. Never rejects. */
export function race(
  run: (signal: () => AbortSignal) => Promise<void>,
  { runMs, stop, caller, after }: Race,
): Promise<Outcome> {
  return new Promise((resolve) => {
    // Made when it is asked for: most handlers are done before they need it.
    let controller: AbortController | undefined;
    let cut: Outcome | undefined;
    let reason: Error | undefined;
    const forgetStop = stop.onRaised(() => {
      fire({ kind: "stopped" }, new Error("The worker is stopping."));
    });
    // Whether Cloud Run closes a connection on which nobody listens is not known: nothing depends on it.
    const forgetCaller = caller.onGone(() => {
      fire({ kind: "unheard" }, new Error("Nobody waits for the answer any more."));
    });
    let cancel = after(runMs, () => {
      const seconds = Math.round(runMs / 1000);
      const error = new Error(`The handler did not finish within ${seconds} s, the time it has.`);
      fire({ kind: "out-of-time", error }, error);
    });

    function signal(): AbortSignal {
      controller ??= new AbortController();
      if (reason && !controller.signal.aborted) controller.abort(reason);
      return controller.signal;
    }

    function fire(outcome: Outcome, why: Error): void {
      if (cut) return;
      cut = outcome;
      reason = why;
      cancel();
      cancel = after(GRACE_MS, () => {
        settle(outcome);
      });
      controller?.abort(why);
    }

    function settle(outcome: Outcome): void {
      cancel();
      forgetStop();
      forgetCaller();
      resolve(outcome);
    }

    run(signal).then(
      () => {
        settle({ kind: "returned" });
      },
      (error: unknown) => {
        // What a handler throws after its signal fired is most often the signal's own error.
        settle(cut && !isPermanent(error) ? cut : { kind: "threw", error });
      },
    );
  });
}
