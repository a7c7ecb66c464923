import { useEffect, useState } from "preact/hooks";
import { ask } from "./api.ts";
import { live, type LiveEvent } from "./live.ts";
import type { About } from "./parts.tsx";

/*
 * How many dead letters there are, as a tab says it. It is told by whatever view has asked for it, and asked for by
 * nobody: a stack that is deployed would charge for that. On a local cloud it is asked for when one is written or goes.
 */

/** The key of their queue. */
export const DEAD_LETTERS = "dead-letter";

/** What a view knows of them. */
interface Known {
  readonly count: number;
  /** In milliseconds. */
  readonly time: number;
  /** Of how many causes they were when all were read last. */
  readonly causes?: number | undefined;
}

let known: Known | undefined;
const listeners = new Set<() => void>();

/** Says how many there are, and of how many causes, where that was read: they are of so many until another number is told. */
export function tellDeadLetters(next: Known): void {
  const causes = next.causes ?? (known?.count === next.count ? known.causes : undefined);
  known = { ...next, causes };
  for (const listener of listeners) listener();
}

/** What was told last. */
export function useDeadLetters(): Known | undefined {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = (): void => {
      draw((n) => n + 1);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return known;
}

/** After an event, what came of it is asked; many at once are one question. */
const SETTLE_MS = 1000;

/** Keeps the number fresh in whatever view of a local cloud. */
export function useLocalCount(about: About | undefined): void {
  const queue = Object.entries(about?.queueNames ?? {}).find(
    ([, key]) => key === DEAD_LETTERS,
  )?.[0];
  useEffect(() => {
    if (about?.isLocal !== true || queue === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      ask("queues").then(
        ({ now, queues }) => {
          const own = queues.find(({ key }) => key === DEAD_LETTERS);
          if (own) tellDeadLetters({ count: own.tasks, time: now });
        },
        // The next event asks again.
        () => undefined,
      );
    };
    // The first view comes first, and may tell it.
    timer = setTimeout(look, SETTLE_MS);
    const stop = live.listen((news) => {
      if (!document.hidden && news.some((one) => isOf(one, queue))) {
        timer ??= setTimeout(look, SETTLE_MS);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [about?.isLocal, queue]);
}

function isOf({ event }: LiveEvent, queue: string): boolean {
  return "queue" in event && event.queue === queue;
}
