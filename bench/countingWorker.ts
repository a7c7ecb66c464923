import { fork, type ChildProcess } from "node:child_process";
import { end } from "./serverProcess.ts";

/** What the worker's process says first. */
export interface Listening {
  readonly port: number;
}

/** How many tasks it is to tell of. */
export interface Expected {
  readonly count: number;
}

/** By how many milliseconds each task came later than the time it was scheduled for. */
export interface Arrivals {
  readonly lateMs: readonly number[];
}

/** A worker in a process of its own that does nothing, and counts. */
export interface CountingWorker extends AsyncDisposable {
  readonly url: string;
  /** Resolves when so many tasks have come. Ask before the first is sent. */
  arrivals(count: number): Promise<Arrivals>;
}

export async function startCountingWorker(): Promise<CountingWorker> {
  const child = fork(new URL("servers/counting.ts", import.meta.url), { stdio: "inherit" });
  const { port } = await next<Listening>(child);
  return {
    url: `http://127.0.0.1:${port}/tasks/noop`,
    arrivals(count) {
      const expected: Expected = { count };
      child.send(expected);
      return next<Arrivals>(child);
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** Tasks that do not come are a failure: the longest measurement, the soak, asks once a minute. */
const PATIENCE_MS = 90_000;

function next<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      clearTimeout(timer);
      reject(new Error(`The counting worker ${reason}.`));
    };
    const onExit = (): void => {
      fail("ended");
    };
    const onMessage = (message: Message): void => {
      child.off("exit", onExit);
      clearTimeout(timer);
      resolve(message);
    };
    const timer = setTimeout(() => {
      fail(`has not had all its tasks after ${PATIENCE_MS / 1000} s`);
    }, PATIENCE_MS);
    child.once("message", onMessage);
    child.once("exit", onExit);
  });
}
