import Table from "cli-table3";
import { Command } from "commander";
import { engineProblem } from "@background-tasks/program/image/docker.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { examineImage } from "./examineImage.ts";
import { judgeImage, type Check } from "./judgeImage.ts";

interface Options {
  readonly base?: string;
  readonly json: boolean;
}

const command = new Command("npm run image --")
  .description(
    "Builds the worker's image with a Docker engine, runs it, and checks what Cloud Run will ask of\n" +
      "it. Ends with 1 where a check fails. Nothing is left running, and no image but the base.",
  )
  .option("--base <image>", "the image to build on, instead of the one in worker/Dockerfile")
  .option("--json", "print JSON", false);

async function main({ base, json }: Options): Promise<void> {
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
  console.log(json ? JSON.stringify(checks) : table(checks));
  if (checks.some(({ isGood }) => !isGood)) process.exitCode = 1;
}

function table(checks: readonly Check[]): string {
  const table = new Table({
    head: ["Check", "Wanted", "Found", ""],
    style: { head: [], border: [] },
  });
  for (const { check, wanted, found, isGood } of checks) {
    table.push([check, wanted, found, isGood ? "good" : "FAILED"]);
  }
  return table.toString();
}

try {
  await main(command.parse().opts<Options>());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
