import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";

/** The arguments that give `npm start` ports of its own, and this machine no more to do than is tested. */
export const FREE_PORTS = [
  ...["--port=0", "--inside-port=0", "--grpc-port=0", "--smtp-port=0"],
  "--no-type-check",
];

/** For what hangs: a slow machine is no failure. */
const TIMEOUT_MS = 300_000;

/** How a script ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ScriptOptions {
  /** @default - the root of the project */
  readonly cwd?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A script of the project, as npm runs it, in a process of its own. It is killed with the test. */
export class RunningScript implements AsyncDisposable {
  readonly pid: number;
  /** All that it has printed. */
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Resolves once it has ended and all that it printed is here. */
  readonly ended: Promise<Ending>;
  /** What it keeps for its user. */
  readonly #state = mkdtempSync(join(tmpdir(), "script-state-"));
  readonly #kill: (signal: NodeJS.Signals) => void;
  #told: () => void = () => undefined;
  #next = 0;

  constructor(script: string, args: readonly string[], { cwd, env, onLine }: ScriptOptions = {}) {
    const child = spawn(process.execPath, [resolve("withNode.mjs"), resolve(script), ...args], {
      cwd,
      env: { ...process.env, XDG_STATE_HOME: this.#state, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = child.pid!;
    this.#kill = (signal) => child.kill(signal);
    for (const stream of ["stdout", "stderr"] as const) {
      createInterface({ input: child[stream] }).on("line", (line) => {
        this[stream].push(line);
        if (stream === "stdout") onLine?.(line);
        this.#told();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        resolve({ code, signal });
        this.#told();
      });
    });
  }

  /** The first line of standard output that matches, of those after the last one that was asked for. */
  async line(matches: RegExp | ((line: string) => boolean)): Promise<string> {
    const test = (line: string): boolean =>
      typeof matches === "function" ? matches(line) : matches.test(line);
    const over = new AbortController();
    const end = (): void => {
      over.abort();
      this.#told();
    };
    const timer = setTimeout(end, TIMEOUT_MS);
    void this.ended.then(end);
    try {
      for (;;) {
        while (this.#next < this.stdout.length) {
          const line = this.stdout[this.#next++]!;
          if (test(line)) return line;
        }
        if (over.signal.aborted) break;
        await new Promise<void>((resolve) => (this.#told = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
    const printed = [...this.stdout, ...this.stderr].join("\n");
    throw new Error(`No line is like ${String(matches)} in what was printed:\n${printed}`);
  }

  /** The first event of `--json` of that name that matches, in the same order. */
  async event(name: string, matches: (event: Parsed) => boolean = () => true): Promise<Parsed> {
    return JSON.parse(
      await this.line((line) => {
        const event: Parsed = JSON.parse(line);
        return event.event === name && matches(event);
      }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended;
    rmSync(this.#state, { recursive: true });
  }
}
