import type { Command } from "commander";
import { engineProblem } from "@background-tasks/program/image/docker.ts";
import { table } from "../command/table.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { examineImage } from "./examineImage.ts";
import { judgeImage, type Check } from "./judgeImage.ts";

interface Options {
  readonly base?: string;
  readonly json: boolean;
}

export function configure(command: Command): void {
  command
    .description(
      "Builds the worker's image with a Docker engine, runs it, and checks what Cloud Run will ask of " +
        "it. Ends with 1 where a check fails. Nothing is left running, and no image but the base.",
    )
    .option("--base <image>", "the image to build on, instead of the one in worker/Dockerfile")
    .option("--json", "print JSON", false)
    .action(run);
}

async function run({ base, json }: Options): Promise<void> {
  const problem = await engineProblem();
  if (problem !== undefined) {
    throw new Error(`No Docker engine answers. Start one, or name it with DOCKER_HOST. ${problem}`);
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort(new Error(`Stopped by ${signal}.`));
    });
  }
  const { settings } = await loadContract();
  const { signal } = stop;
  const examined = await examineImage({ entry: "worker/main.ts", settings, base, signal });
  const checks = judgeImage(examined);
  console.log(json ? JSON.stringify(checks) : report(checks));
  if (checks.some(({ isGood }) => !isGood)) process.exitCode = 1;
}

function report(checks: readonly Check[]): string {
  return table(
    ["Check", "Wanted", "Found", ""],
    checks.map(({ check, wanted, found, isGood }) => [
      check,
      wanted,
      found,
      isGood ? "good" : "FAILED",
    ]),
  );
}
