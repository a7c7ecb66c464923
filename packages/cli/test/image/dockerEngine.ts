import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    // It is not installed, or there is nothing that it can speak to.
    return false;
  }
}

/** How each program shows that it can be used. */
const PROBES = {
  docker: { args: ["version"], problem: "no Docker engine answers" },
  "docker-registry": { args: ["--version"], problem: "'docker-registry' is not installed" },
  skopeo: { args: ["--version"], problem: "'skopeo' is not installed" },
  pulumi: { args: ["version"], problem: "the Pulumi CLI is not on the PATH" },
} as const;

/** `describe`, for tests that need these programs: skipped with one line that says what is missing. */
export function describeWith(
  programs: readonly (keyof typeof PROBES)[],
  name: string,
  tests: () => void,
): void {
  const missing = programs.find((program) => !works(program, ...PROBES[program].args));
  if (missing !== undefined) {
    process.stderr.write(`Skipped, since ${PROBES[missing].problem}: ${name}.\n`);
  }
  (missing === undefined ? describe : describe.skip)(name, tests);
}

/** The image that test images are built on, where it is not the worker's own: `.ci/docker/base` prints one. */
export function baseImage(): string {
  const [, own = ""] = /^ARG BASE=(.*)$/m.exec(readFileSync("worker/Dockerfile", "utf8")) ?? [];
  return process.env["WORKER_BASE"] ?? own;
}

/** An image registry on a free port of loopback, for everybody or for who logs in with an access token. */
export class Registry {
  readonly #directory: string;
  readonly #process: ChildProcess;
  /** `127.0.0.1:PORT` */
  readonly host: Promise<string>;

  /** @param bcrypt - the hash of the token that it asks for */
  constructor(bcrypt?: string) {
    this.#directory = mkdtempSync(join(tmpdir(), "registry-"));
    const config = join(this.#directory, "config.json");
    const passwords = join(this.#directory, "passwords");
    writeFileSync(passwords, `oauth2accesstoken:${bcrypt ?? ""}\n`);
    // JSON is YAML too.
    writeFileSync(
      config,
      JSON.stringify({
        version: "0.1",
        log: { level: "info", formatter: "json" },
        storage: { filesystem: { rootdirectory: this.#directory } },
        http: { addr: "127.0.0.1:0" },
        ...(bcrypt !== undefined && {
          auth: { htpasswd: { realm: "images", path: passwords } },
        }),
      }),
    );
    this.#process = spawn("docker-registry", ["serve", config], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines = createInterface({ input: this.#process.stderr! });
    this.host = new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (host !== undefined) resolve(host);
      });
      lines.on("close", () => {
        reject(new Error("The registry ended before it listened."));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.kill();
    await ended;
    rmSync(this.#directory, { recursive: true });
  }
}
