import { fork } from "node:child_process";
import { end } from "./serverProcess.ts";

/** What a load is made of: one request, over and over. */
export interface LoadOrder {
  /** HTTP/1.1, or gRPC over HTTP/2, a connection a caller. */
  readonly protocol: "http" | "grpc";
  readonly port: number;
  /** Each connection sends the next request when the last is answered. */
  readonly connections: number;
  readonly durationMs: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For gRPC the message, in base64. */
  readonly body: string;
  /** Any other status than this one is a problem: that of HTTP, or of gRPC. */
  readonly status: number;
}

/** What came of it. */
export interface LoadReport {
  /** Requests that were answered as ordered. */
  readonly count: number;
  readonly durationMs: number;
  /** The first answer that was another, or what broke. */
  readonly problem?: string;
}

/** Makes load in a process of its own, so that it does not share the event loop of what it measures. */
export interface LoadGenerator extends AsyncDisposable {
  /** Returns the requests answered per second. Throws where one was refused. */
  run(order: LoadOrder): Promise<number>;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(new URL("loadProcess.ts", import.meta.url), { stdio: "inherit" });
  return {
    async run(order) {
      const report = await new Promise<LoadReport>((resolve, reject) => {
        const onExit = (): void => {
          reject(new Error("The load generator ended."));
        };
        child.once("exit", onExit);
        child.once("message", (message: LoadReport) => {
          child.off("exit", onExit);
          resolve(message);
        });
        child.send(order);
      });
      const { count, durationMs, problem } = report;
      if (problem !== undefined) throw new Error(`Under load, ${order.path} broke: ${problem}`);
      return count / (durationMs / 1000);
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}
