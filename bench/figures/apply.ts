import { spawn } from "node:child_process";
import { once } from "node:events";
import { startLocalStack } from "@background-tasks/cli/start/localStack.ts";
import type { Result } from "../figure.ts";
import { FIXTURE } from "../../test/support/fixtureProject.ts";

const RUNS = 5;

/** How long the program takes to be loaded and applied to an empty local cloud. */
export async function measureApply(): Promise<Result[]> {
  const runs: number[] = [];
  const bareRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await applyOnce());
    bareRuns.push(await loadPulumi());
  }
  return [
    {
      figure: "program: loaded and applied",
      unit: "s",
      runs,
      baseline: { name: "a process that only loads Pulumi's SDK", runs: bareRuns },
      target: { of: "figure", atMost: 1 },
    },
  ];
}

async function applyOnce(): Promise<number> {
  const nothing = (): void => undefined;
  const local = await startLocalStack({
    directory: FIXTURE,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: nothing,
    onOutput: nothing,
    onMail: nothing,
  });
  try {
    const start = performance.now();
    const problem = await local.stack.apply();
    const seconds = (performance.now() - start) / 1000;
    if (problem !== undefined) throw new Error(problem);
    return seconds;
  } finally {
    await local.stop();
  }
}

async function loadPulumi(): Promise<number> {
  const start = performance.now();
  const script = "import '@pulumi/pulumi'; process.exit()";
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 10_000,
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`Loading Pulumi's SDK ended with ${String(code)}.`);
  return (performance.now() - start) / 1000;
}
