import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyFixtureProject } from "../../test/support/fixtureProject.ts";
import type { Result } from "../figure.ts";
import { makeScratch } from "../scratch.ts";

const RUNS = 3;
const TIMEOUT_MS = 30_000;

/** How long a process takes to load the program and to register its resources, by Node and by Pulumi's default. */
export async function measureLoader(): Promise<Result[]> {
  using scratch = makeScratch();
  const own = join(scratch.directory, "own");
  const commonJs = join(scratch.directory, "commonjs");
  for (const directory of [own, commonJs]) {
    copyFixtureProject(directory);
  }
  makeCommonJs(commonJs);
  const byNode = (): Promise<number> => load("node", own, scratch.directory);
  const byDefault = (): Promise<number> => load("ts-node", commonJs, scratch.directory);
  // Both keep what they have compiled.
  await byNode();
  await byDefault();

  const [again, after]: [Pair, Pair] = [newPair(), newPair()];
  for (let n = 0; n < RUNS; n += 1) {
    again.runs.push(await byNode());
    again.defaultRuns.push(await byDefault());
    for (const directory of [own, commonJs]) {
      appendFileSync(join(directory, "infra/config/config.ts"), `// Change ${n}\n`);
    }
    after.runs.push(await byNode());
    after.defaultRuns.push(await byDefault());
  }
  return [
    result("program: loaded, registered with mocks", again, "Pulumi's default loader"),
    result("the same after a change", after, "Pulumi's default loader, which then checks types"),
  ];
}

interface Pair {
  readonly runs: number[];
  readonly defaultRuns: number[];
}

function newPair(): Pair {
  return { runs: [], defaultRuns: [] };
}

function result(figure: string, { runs, defaultRuns }: Pair, name: string): Result {
  return {
    figure,
    unit: "s",
    runs,
    baseline: { name, runs: defaultRuns },
    target: { of: "figure", atMost: 1 },
  };
}

async function load(loader: string, directory: string, temporary: string): Promise<number> {
  const script = fileURLToPath(new URL("../programProcess.ts", import.meta.url));
  const start = performance.now();
  const child = spawn(process.execPath, [script, loader], {
    cwd: directory,
    // ts-node keeps there what it has compiled.
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: TIMEOUT_MS,
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`Loading the program by ${loader} ended with ${String(code)}.`);
  return (performance.now() - start) / 1000;
}

const RELATIVE_IMPORT = /(?<=(?:from|import\() ?"\.\.?\/[^"]+)\.ts(?=")/g;

const COMPILER_OPTIONS = {
  target: "ES2023",
  lib: ["ES2023", "ESNext.Disposable"],
  module: "nodenext",
  rootDir: ".",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
};

/** Makes of a copy what Pulumi's default loader takes: CommonJS, whose imports do not end in `.ts`. */
function makeCommonJs(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const file = join(directory, name);
    writeFileSync(file, readFileSync(file, "utf8").replace(RELATIVE_IMPORT, ""));
  }
  writeFileSync(join(directory, "package.json"), JSON.stringify({ main: "infra/index.ts" }));
  const tsconfig = { compilerOptions: COMPILER_OPTIONS };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(tsconfig));
}
