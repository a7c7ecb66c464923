import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { runProgram } from "../run.ts";
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

function placeFrom(environment: Readonly<Record<string, string | undefined>>): ReviewPlace {
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
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("A pull request is a number from 1.");
}

async function main({ pullRequest }: { readonly pullRequest: number }): Promise<void> {
  console.log(
    await createStack(pullRequest, placeFrom(process.env), {
      run: runProgram,
      write: writeFileSync,
    }),
  );
}

const command = new Command("npm run review-stack --")
  .description("Makes the throw-away stack of a pull request and prints its name.")
  .requiredOption("--pull-request <number>", "the pull request", number);

void main(command.parse().opts<{ pullRequest: number }>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
