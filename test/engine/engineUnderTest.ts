import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startCloud, type Cloud } from "@background-tasks/cloud/cloud.ts";
import { DEPLOY_TOKEN_VARIABLE } from "@background-tasks/cloud/control/deployToken.ts";
import { restoreFixture } from "../support/fixtureProject.ts";
import { ProjectCopy } from "@background-tasks/cli/test/support/projectCopy.ts";

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

/** How many resources the fixture project has, its components and the stack itself among them. */
export const ALL_RESOURCES = 65;

/** A copy of the project in a folder of its own, and a local cloud of its own. */
export interface ProjectUnderTest {
  readonly cloud: Cloud;
  /** The project's folder. */
  readonly directory: string;
  /** What every command there needs of its environment: a home of its own among it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Replaces text in a file of the project. */
  edit(file: string, change: readonly [from: string, to: string]): void;
  /** Changes a file of the project. */
  editBy(file: string, change: (text: string) => string): void;
  /** Puts a file of the project back as it was. */
  restore(...files: string[]): void;
  stop(): Promise<void>;
}

/** A project, and the real engine for its stacks on the local cloud. */
export interface EngineUnderTest extends ProjectUnderTest {
  /** Runs `npm run <command> -- --stack <stack> --local`, without the npm. */
  run(command: string, stack: string, ...args: string[]): Promise<Ran>;
  /** The same, under way, in a process group of its own. */
  start(command: string, stack: string, ...args: string[]): ChildProcess;
  /** The same, but for a real project: without --local. */
  runForReal(
    command: string,
    stack: string,
    env: NodeJS.ProcessEnv,
    ...args: string[]
  ): Promise<Ran>;
  /** Runs a script of this repository in the project's folder. */
  runScript(script: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
  /** The file of a stack's state. */
  stateFile(stack: string): string;
}

const ROOT = resolve(__dirname, "../..");

export async function startProject(): Promise<ProjectUnderTest> {
  const copy = new ProjectCopy();
  const { directory } = copy;
  // Git would ignore it; nothing of the project is in it.
  const home = join(directory, ".home");
  const cloud = await startCloud({ project: "local-project", region: "europe-west1" });

  const editBy: ProjectUnderTest["editBy"] = (file, change) => {
    const path = join(directory, file);
    const old = readFileSync(path, "utf8");
    const text = change(old);
    if (text === old) throw new Error(`The change of '${file}' changes nothing.`);
    writeFileSync(path, text);
  };

  return {
    cloud,
    directory,
    environment: {
      ...copy.env,
      PATH: process.env["PATH"],
      HOME: home,
      PULUMI_HOME: join(home, ".pulumi"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      [DEPLOY_TOKEN_VARIABLE]: cloud.deployToken,
    },
    edit(file, [from, to]) {
      editBy(file, (text) => text.replace(from, to));
    },
    editBy,
    restore(...files) {
      for (const file of files) restoreFixture(directory, file);
    },
    async stop() {
      await cloud.stop();
      copy[Symbol.dispose]();
    },
  };
}

export async function startEngine(): Promise<EngineUnderTest> {
  const project = await startProject();
  const { cloud, directory, environment } = project;

  const spawnScript = (
    script: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess =>
    spawn(process.execPath, [join(ROOT, script), ...args], {
      cwd: directory,
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  const spawnMain = (args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess =>
    spawnScript("packages/cli/main.ts", [...args, "--no-type-check"], env);
  const start: EngineUnderTest["start"] = (command, stack, ...args) => {
    const { port } = new URL(cloud.endpoint);
    return spawnMain([command, "--stack", stack, "--local", "--port", port, ...args]);
  };

  return {
    ...project,
    start,
    run: (command, stack, ...args) => ended(start(command, stack, ...args)),
    runForReal: (command, stack, env, ...args) =>
      ended(spawnMain([command, "--stack", stack, "--non-interactive", ...args], env)),
    runScript: (script, args, env) => ended(spawnScript(script, args, env)),
    stateFile: (stack) =>
      join(directory, `.pulumi-local/.pulumi/stacks/background-tasks/${stack}.json`),
  };
}

/** What a process wrote, once it has ended. */
export async function ended(child: ChildProcess): Promise<Ran> {
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
