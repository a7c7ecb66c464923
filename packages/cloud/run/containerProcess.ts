import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { containerPreload } from "./containerPreload.ts";
import { releasePort, takePort } from "./containerPorts.ts";
import type { NodeCommand } from "./imageCommand.ts";

/** A container to start: a Node program and its environment. */
export interface Container {
  readonly command: NodeCommand;
  /** Its working and home directory. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs it under the debugger. */
  readonly inspect: boolean;
}

export type OnLine = (line: string, stream: "stdout" | "stderr") => void;

/** A container that was started, as a child process. */
export interface ContainerProcess {
  readonly port: number;
  /** `undefined` where it could not be started. */
  readonly pid: number | undefined;
  /** Says how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** The last lines that it wrote. */
  readonly lastLines: () => readonly string[];
  readonly kill: (signal: "SIGTERM" | "SIGKILL") => void;
}

/** Starts a container, with nothing of this process's own environment but the PATH. */
export async function startContainer(
  { command, directory, env, inspect }: Container,
  onLine: OnLine,
): Promise<ContainerProcess> {
  const port = await takePort();
  const child = fork(command.script, command.args, {
    cwd: directory,
    execPath: process.execPath,
    execArgv: [
      "--import",
      containerPreload(),
      ...(inspect ? ["--inspect=127.0.0.1:0"] : []),
      ...command.flags,
    ],
    env: { PATH: process.env["PATH"], HOME: directory, ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // Nothing is said over the channel: it is there to close.
  child.channel?.unref();

  const last: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const input = child[stream];
    if (!input) continue;
    createInterface({ input }).on("line", (line) => {
      last.push(line);
      if (last.length > MAX_LAST_LINES) last.shift();
      onLine(line, stream);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    // Not `exit`: its last lines come before.
    child.once("close", (code, signal) => {
      releasePort(port);
      resolve(signal ?? `exit code ${code ?? 0}`);
    });
  });
  return {
    port,
    pid: child.pid,
    ended,
    lastLines: () => last,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

const MAX_LAST_LINES = 20;
