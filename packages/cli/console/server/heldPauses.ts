import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { interruptible, type Foreground } from "../../operate/change/foreground.ts";
import type { Outcome } from "./collect.ts";

/** A pause that this console undoes. */
export interface HeldPause {
  /** The queue's key. */
  readonly queue: string;
  /** When, by the clock of this machine, in milliseconds. */
  readonly until: number;
}

interface Held extends HeldPause {
  readonly interrupt: () => void;
  /** Resolves once the queue is resumed, or could not be; with whether it is. */
  readonly ended: Promise<boolean>;
}

/** What a pause tells of itself. */
export interface Holding {
  /** Pauses, waits in that foreground, and resumes: as the command does. */
  readonly pause: (ground: Foreground) => Promise<Outcome>;
  /** Told when one that was held has ended, however. */
  readonly onEnd: (outcome: Outcome) => void;
}

/**
 * The pauses for a time that a console holds, as the command `pause --for` holds one in its foreground: no tab needs to
 * be open, the clock is this machine's, and what ends the console resumes the queues.
 */
export class HeldPauses {
  readonly #held = new Map<string, Held>();
  /** What could not be undone, by the queue's key. */
  readonly #problems = new Map<string, string>();
  readonly #ground: typeof interruptible;
  readonly #now: () => number;
  #isClosed = false;

  constructor(ground = interruptible, now: () => number = Date.now) {
    this.#ground = ground;
    this.#now = now;
  }

  get all(): readonly HeldPause[] {
    return [...this.#held.values()].map(({ queue, until }) => ({ queue, until }));
  }

  /** What could not be undone, and why. */
  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  of(queue: string): HeldPause | undefined {
    return this.#held.get(queue);
  }

  /** Forgets that a queue could not be resumed: somebody does something to it now. */
  forget(queue: string): void {
    this.#problems.delete(queue);
  }

  /** Pauses a queue and holds it. Resolves with `undefined` once it is paused; with how it ended, where it is not held. */
  async hold(
    queue: string,
    forMs: number,
    { pause, onEnd }: Holding,
  ): Promise<Outcome | undefined> {
    if (this.#isClosed) {
      throw new CommandError(EXIT.failed, "This console is ending: it holds no pause any more.");
    }
    const held = this.of(queue);
    if (held) throw heldRefusal(held);
    const paused = Promise.withResolvers<undefined>();
    let isHeld = false;
    const { interrupt, sleep, isInterrupted } = this.#ground();
    const outcome = pause({
      isInterrupted,
      async sleep(ms) {
        isHeld = true;
        paused.resolve(undefined);
        await sleep(ms);
      },
    });
    const ended = outcome
      .then((how) => {
        const isUndone = how.exitCode === EXIT.done;
        if (!isUndone) this.#problems.set(queue, how.notes.at(-1) ?? "");
        if (isHeld) onEnd(how);
        return isUndone;
      })
      // Whoever asked for it is told, below.
      .catch(() => false)
      .finally(() => this.#held.delete(queue));
    this.#held.set(queue, { queue, until: this.#now() + forMs, interrupt, ended });
    return Promise.race([paused.promise, outcome]);
  }

  /** Ends a pause before its time. Resolves once the queue is resumed, or could not be. */
  async end(queue: string): Promise<void> {
    const held = this.#held.get(queue);
    held?.interrupt();
    await held?.ended;
  }

  /** Ends all, and lets none begin. Returns whether each queue is resumed. */
  async close(): Promise<boolean> {
    this.#isClosed = true;
    const all = [...this.#held.values()];
    for (const { interrupt } of all) interrupt();
    return (await Promise.all(all.map(({ ended }) => ended))).every(Boolean);
  }
}

/** Why a queue that is held is paused in no other way. */
export function heldRefusal({ queue, until }: HeldPause): CommandError {
  const time = new Date(until).toISOString().slice(11, 19);
  return new CommandError(
    EXIT.failed,
    `This console has paused '${queue}', and resumes it at ${time} (UTC). Resume it first.`,
  );
}
