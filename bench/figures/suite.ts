import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { Result } from "../figure.ts";
import { makeScratch } from "../scratch.ts";

/** Of a failure, as much is shown: Jest sums up at the end. */
const MAX_OUTPUT = 5_000;

/** How long `npm test` takes where there is neither the Pulumi CLI nor a Docker engine. */
export async function measureSuite(): Promise<Result[]> {
  using scratch = makeScratch();
  for (const program of ["pulumi", "docker"]) {
    writeFileSync(`${scratch.directory}/${program}`, "#!/bin/sh\nexit 127\n", { mode: 0o755 });
  }
  const start = performance.now();
  await runTests({
    ...process.env,
    PATH: [scratch.directory, process.env["PATH"]].join(delimiter),
    ENGINE_TESTS: undefined,
  });
  return [
    {
      figure: "npm test, without engine and Docker",
      unit: "s",
      runs: [(performance.now() - start) / 1000],
      target: { of: "figure", atMost: 60 },
    },
  ];
}

async function runTests(env: NodeJS.ProcessEnv): Promise<void> {
  // A group of its own: npm, its shell and Jest end together.
  const child = spawn("npm", ["test", "--silent"], { env, stdio: "pipe", detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", kill);
  const [code] = (await once(child, "close")) as [number | null];
  process.off("exit", kill);
  if (code !== 0) throw new Error(`The tests failed:\n${output.slice(-MAX_OUTPUT)}`);
}
