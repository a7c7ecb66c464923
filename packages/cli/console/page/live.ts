import { useEffect, useState } from "preact/hooks";
import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";
import { busyMs, isDue, localMs, STATS_MS } from "./asking.ts";
import { headers } from "./session.ts";

/** An event of the local cloud, or that some were missed. */
export type LiveEvent = {
  [Name in EventName]: {
    readonly number: number;
    readonly name: Name;
    readonly event: CloudEvents[Name] & { readonly time: number };
  };
}[EventName];

export type LiveState = "off" | "connecting" | "live" | "lost";

/** Events that are kept in the page. */
const MOST_EVENTS = 2000;
const AGAIN_MS = 1000;
/** Events a second that the page is told of tasks, once there have been ten times as many: it is told of all else. */
const PER_SECOND = 100;

/** The local cloud's events as they come, read by `fetch` so that the token goes with them. */
class Live {
  events: readonly LiveEvent[] = [];
  state: LiveState = "off";
  /** Events that happened and that nobody here was told. */
  missed = 0;
  /** Of which there were more than anybody reads. */
  leftOut = 0;
  /** When the page was told last that there were, by its clock. */
  leftOutAt = -Infinity;
  #after = 0;
  #pending: LiveEvent[] = [];
  #isDrawn = true;
  readonly #listeners = new Set<(news: readonly LiveEvent[]) => void>();

  listen(listener: (news: readonly LiveEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.state !== "off") return;
    // The frame that was asked for last is drawn once the tab is seen again, maybe hours later.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && !this.#isDrawn) this.#tell();
    });
    this.#become("connecting");
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      try {
        const response = await fetch(
          `/local/v1/events?after=${this.#after}&perSecond=${PER_SECOND}`,
          { headers: headers() },
        );
        if (!response.ok || !response.body) throw new Error(response.statusText);
        this.#become("live");
        await this.#read(response.body);
      } catch {
        // It ended, or is not there yet.
      }
      this.#become("lost");
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as never).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = (await reader.read()) as { value?: string; done: boolean };
      if (done) return;
      const messages = (rest + (value ?? "")).split("\n\n");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: string): void {
    let [number, name, data] = [0, "", ""];
    for (const line of message.split("\n")) {
      const [, field, value = ""] = /^(id|event|data): (.*)$/.exec(line) ?? [];
      if (field === "id") number = Number(value);
      if (field === "event") name = value;
      if (field === "data") data = value;
    }
    if (name === "") return;
    this.#after = number;
    if (name === "gap") {
      const { missed = 0, leftOut = 0 } = JSON.parse(data) as { missed?: number; leftOut?: number };
      this.missed += missed;
      this.leftOut += leftOut;
      if (leftOut > 0) this.leftOutAt = Date.now();
      return;
    }
    this.#pending.push({ number, name, event: JSON.parse(data) as unknown } as LiveEvent);
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    // A tab that is hidden draws no frames, but goes on reading.
    if (document.hidden) setTimeout(this.#tell, 250);
    else requestAnimationFrame(this.#tell);
  }

  readonly #tell = (): void => {
    this.#isDrawn = true;
    const news = this.#pending;
    this.#pending = [];
    this.events = [...this.events, ...news].slice(-MOST_EVENTS);
    for (const listener of this.#listeners) listener(news);
  };

  #become(state: LiveState): void {
    this.state = state;
    for (const listener of this.#listeners) listener([]);
  }
}

export const live = new Live();

/** Draws a view anew with each frame that brought events. */
export function useLive(): Live {
  const [, draw] = useState(0);
  useEffect(
    () =>
      live.listen(() => {
        draw((n) => n + 1);
      }),
    [],
  );
  return live;
}

/** How often it is looked whether it is time to ask. */
const LOOK_MS = 500;
/** After an event, a view asks what came of it; many at once are one question. */
const SETTLE_MS = 400;

export function nothing(): void {
  // Nobody asks.
}

/** When somebody last touched the page. */
let touched = Date.now();
for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "visibilitychange"]) {
  document.addEventListener(name, () => (touched = Date.now()), { capture: true, passive: true });
}

/**
 * Calls `again` when there may be something new: locally after events and every few seconds, else every so often while
 * the page is seen, and seldom where nobody touches it.
 */
export function useFresh(again: () => void, isLocal: boolean, everyMs = STATS_MS): void {
  useEffect(() => {
    let asked = Date.now();
    /** Something happened since. */
    let isOld = false;
    let busyUntil = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askNow = (): void => {
      asked = Date.now();
      isOld = false;
      again();
    };
    const askSoon = (): void => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          busyUntil = Date.now() + busyMs(Date.now(), live.leftOutAt);
          askNow();
        },
        Math.max(SETTLE_MS, busyUntil - Date.now()),
      );
    };
    const look = (): void => {
      if (document.hidden) return;
      const now = Date.now();
      const isFree = live.state !== "off";
      const due = {
        asked,
        touched: isFree ? now : touched,
        everyMs: isLocal ? localMs(everyMs) : everyMs,
      };
      if (isOld) askSoon();
      else if (isDue(now, due)) askNow();
    };
    const looking = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    const stop = live.listen((news) => {
      if (!isLocal || news.length === 0) return;
      isOld = true;
      if (!document.hidden) askSoon();
    });
    return () => {
      stop();
      clearInterval(looking);
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [again, isLocal, everyMs]);
}
