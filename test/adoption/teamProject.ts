import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** How a command ended, and what it wrote. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** A team's clone of this tree, with packages of its own, on a branch `main`. */
export class TeamProject implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "team-"));

  constructor() {
    const files = git(resolve("."), "ls-files", "--cached", "--others", "--exclude-standard");
    for (const file of files.split("\n").filter((name) => name !== "" && existsSync(name))) {
      mkdirSync(dirname(join(this.directory, file)), { recursive: true });
      cpSync(file, join(this.directory, file), { dereference: false });
    }
    copyPackages(this.directory);
    this.git("init", "--quiet", "--initial-branch", "main");
    this.commit("Begin");
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), text);
  }

  /** Changes a file. Throws where that changes nothing. */
  edit(file: string, change: (text: string) => string): void {
    const before = this.read(file);
    const after = change(before);
    if (after === before) throw new Error(`The change of '${file}' changes nothing.`);
    this.write(file, after);
  }

  remove(...files: string[]): void {
    for (const file of files) rmSync(join(this.directory, file), { recursive: true });
  }

  git(...args: string[]): string {
    return git(this.directory, ...args);
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  /** Runs a command as somebody types it. */
  async run(command: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return ended(this.#spawn(command, env));
  }

  /**
   * Starts the project on a local cloud, enqueues a task, and resolves with the status that the worker
   * answered its first delivery with.
   */
  async deliver(task: string, payload: object): Promise<number> {
    const ports = "--port 0 --inside-port 0 --grpc-port 0 --smtp-port 0";
    const child = this.#spawn(`npm start --silent -- ${ports} --json --no-watch`);
    const events = new Events(child);
    try {
      const { addresses } = await events.first("ready");
      const { port } = new URL((addresses as { api: string }).api);
      const enqueued = await this.run(
        `npm run --silent enqueue -- ${task} '${JSON.stringify(payload)}' --port ${port}`,
      );
      if (enqueued.code !== 0) throw new Error(enqueued.output);
      const [, name] = /^Enqueued (\S+)$/m.exec(enqueued.output) ?? [];
      // A schedule may be due meanwhile: what it enqueues is delivered, too.
      const delivered = await events.first("deliveryFinished", ({ task }) => task === name);
      return Number(delivered["status"]);
    } finally {
      // The whole group: npm, its shell and what it runs.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
      await events.ended;
    }
  }

  #spawn(command: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn("bash", ["-c", command], {
      cwd: this.directory,
      env: { ...OWN_ENVIRONMENT, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The environment of a terminal: without what npm and Jest have put into this one. */
const OWN_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:JEST_|npm_|NODE_ENV$|NODE_COMPILE_CACHE$|INIT_CWD$)/i.test(name),
  ),
);

function git(directory: string, ...args: string[]): string {
  const who = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
  return execFileSync("git", [...who, ...args], { cwd: directory, encoding: "utf8" });
}

/** Packages as `npm ci` leaves them. The links among ours lead to the copy's own. */
function copyPackages(directory: string): void {
  try {
    // Hard links, where the disk is the same: npm replaces files and never writes into one.
    execFileSync("cp", ["-al", "node_modules", directory], { stdio: "ignore" });
  } catch {
    rmSync(join(directory, "node_modules"), { recursive: true, force: true });
    execFileSync("cp", ["-a", "node_modules", directory]);
  }
  rmSync(join(directory, "node_modules/.cache"), { recursive: true, force: true });
}

async function ended(child: ChildProcess): Promise<Ran> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

type Event = Readonly<Record<string, unknown>>;

/** The events that `npm start --json` prints. */
class Events {
  readonly ended: Promise<unknown>;
  readonly #lines: string[] = [];
  #told: () => void = () => undefined;
  #isOver = false;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        this.#told();
      });
    }
    this.ended = once(child, "close").then(() => {
      this.#isOver = true;
      this.#told();
    });
  }

  /** The first of that name that is meant. Rejects with all that was printed where the script ends without it. */
  async first(name: string, isMeant: (event: Event) => boolean = () => true): Promise<Event> {
    for (;;) {
      const found = this.#lines
        .map(parse)
        .find((event) => event["event"] === name && isMeant(event));
      if (found) return found;
      if (this.#isOver) throw new Error(`No event '${name}':\n${this.#lines.join("\n")}`);
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }
}

function parse(line: string): Event {
  try {
    return JSON.parse(line) as Event;
  } catch {
    // What npm itself prints.
    return {};
  }
}
