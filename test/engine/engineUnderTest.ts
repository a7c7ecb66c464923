import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startCloud, type Cloud } from "../../local/cloud.ts";

/** `describe` where the Pulumi CLI is on the PATH, or must be. test/engine/cli.test.ts says so where it is not. */
export const describeEngine = isCliThere() || isCliRequired() ? describe : describe.skip;

export function isCliThere(): boolean {
  return spawnSync("pulumi", ["version"]).status === 0;
}

/** Whether its absence is a failure. `.ci/run` says so. */
export function isCliRequired(): boolean {
  return process.env["ENGINE_TESTS"] === "required";
}

/** How a command ended, and all that it wrote. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
  /** The last paragraph on standard error: what a person is told. */
  readonly message: string;
}

/** A copy of the project in a folder of its own, a local cloud of its own, and the real engine. */
export interface EngineUnderTest {
  readonly cloud: Cloud;
  /** The project's folder. */
  readonly directory: string;
  /** Runs `npm run <command> -- --stack <stack> --local`, without the npm. */
  run(command: string, stack: string, ...args: string[]): Promise<Ran>;
  /** The same, under way, in a process group of its own. */
  start(command: string, stack: string, ...args: string[]): ChildProcess;
  /** The same, but for a real project: without --local. */
  runForReal(command: string, stack: string, env: NodeJS.ProcessEnv): Promise<Ran>;
  /** Replaces text in a file of the project. */
  edit(file: string, change: readonly [from: string, to: string]): void;
  /** Changes a file of the project. */
  editBy(file: string, change: (text: string) => string): void;
  /** Puts a file of the project back as it was. */
  restore(...files: string[]): void;
  /** The file of a stack's state. */
  stateFile(stack: string): string;
  stop(): Promise<void>;
}

const ROOT = resolve(__dirname, "../..");

export async function startEngine(): Promise<EngineUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  const directory = join(folder, "project");
  const copied = ["infra", "tasks", "worker", "package.json"];
  const settings = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.local.yaml"];
  for (const name of [...copied, ...settings]) {
    cpSync(join(ROOT, name), join(directory, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  const cloud = await startCloud({
    project: "local-project",
    region: "europe-west1",
  });

  const spawnMain = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(process.execPath, [join(ROOT, "local/engine/main.ts"), ...args], {
      cwd: directory,
      env: { PATH: process.env["PATH"], HOME: folder, PULUMI_HOME: join(folder, "home"), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  const start: EngineUnderTest["start"] = (command, stack, ...args) => {
    const { port } = new URL(cloud.endpoint);
    return spawnMain([command, "--stack", stack, "--local", "--port", port, ...args]);
  };

  const editBy: EngineUnderTest["editBy"] = (file, change) => {
    const path = join(directory, file);
    const old = readFileSync(path, "utf8");
    const text = change(old);
    if (text === old) throw new Error(`The change of '${file}' changes nothing.`);
    writeFileSync(path, text);
  };

  return {
    cloud,
    directory,
    start,
    run: (command, stack, ...args) => ended(start(command, stack, ...args)),
    runForReal: (command, stack, env) =>
      ended(
        spawnMain([command, "--stack", stack, "--non-interactive"], {
          PULUMI_SKIP_UPDATE_CHECK: "true",
          ...env,
        }),
      ),
    edit(file, [from, to]) {
      editBy(file, (text) => text.replace(from, to));
    },
    editBy,
    restore(...files) {
      for (const file of files) cpSync(join(ROOT, file), join(directory, file));
    },
    stateFile: (stack) =>
      join(directory, `.pulumi-local/.pulumi/stacks/background-tasks/${stack}.json`),
    async stop() {
      await cloud.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<Ran> {
  let output = "";
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    errors += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, message: errors.trim().split("\n\n").at(-1) ?? "" };
}

/** The changes that a command summed up: `{ created: 40 }`. The last summary counts. */
export function summary({ output }: Ran): Record<string, number> {
  const [last = ""] = output.split("\nResources:\n").at(-1)?.split("\n\n") ?? [];
  return Object.fromEntries(
    [...last.matchAll(/^ +(?:[-+~=]+ ?)?(\d+) (?:to )?(\w+)$/gm)].map(([, count, what = ""]) => [
      what,
      Number(count),
    ]),
  );
}
