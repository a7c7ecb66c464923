import { readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { runProgram } from "../run.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { createStack, type ReviewPlace } from "./createStack.ts";

/*
 * `npm run review-stack`: makes the throw-away stack of a pull request and prints its name. What it needs to
 * know are variables of the environment 'review' on GitHub.
 */

const VARIABLES = {
  project: "GCP_PROJECT",
  region: "GCP_REGION",
  secretsProvider: "PULUMI_SECRETS_PROVIDER",
} as const;

type Place = Omit<ReviewPlace, "settings">;

function placeFrom(environment: Readonly<Record<string, string | undefined>>): Place {
  const missing = Object.values(VARIABLES).filter((name) => (environment[name] ?? "") === "");
  if (missing.length > 0) {
    const names = missing.map((name) => `'${name}'`).join(", ");
    throw new Error(`Missing environment variables: ${names}. The bootstrap's outputs hold them.`);
  }
  const read = (name: string): string => environment[name] ?? "";
  return {
    project: read(VARIABLES.project),
    region: read(VARIABLES.region),
    secretsProvider: read(VARIABLES.secretsProvider),
  };
}

function number(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("A pull request is a number from 1.");
}

async function main({ pullRequest }: { readonly pullRequest: number }): Promise<void> {
  const place = placeFrom(process.env);
  const { settings } = await loadContract();
  const read = (file: string) => readFileSync(file, "utf8");
  const outside = { run: runProgram, read, write: writeFileSync };
  console.log(await createStack(pullRequest, { ...place, settings }, outside));
}

const command = new Command("npm run review-stack --")
  .description("Makes the throw-away stack of a pull request and prints its name.")
  .requiredOption("--pull-request <number>", "the pull request", number);

void main(command.parse().opts<{ pullRequest: number }>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
