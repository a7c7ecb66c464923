import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { runProgram } from "../../command/program.ts";
import { pullRequest } from "../../command/readers.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { githubFromEnvironment } from "../github/fromEnvironment.ts";
import { githubApi } from "../github/githubApi.ts";
import { createStack, type ReviewPlace } from "./createStack.ts";
import { dropLabel } from "./dropLabel.ts";

/*
 * `npm run review-stack`: makes the throw-away stack of a pull request and prints its name. What it needs to
 * know are variables of the environment 'review' on GitHub. Or it takes the label from the pull request that
 * asks for such a stack.
 */

const VARIABLES = {
  project: "GCP_PROJECT",
  region: "GCP_REGION",
  secretsProvider: "PULUMI_SECRETS_PROVIDER",
} as const;

/** The one that may be missing. */
const NAME_PREFIX = "NAME_PREFIX";

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
    namePrefix: read(NAME_PREFIX),
  };
}

interface Options {
  readonly pullRequest: number;
  readonly dropLabel: boolean;
}

async function run(options: Options): Promise<void> {
  if (options.dropLabel) {
    await dropLabel(githubApi(githubFromEnvironment(process.env)), options.pullRequest);
    return;
  }
  const place = placeFrom(process.env);
  const { settings } = await loadContract();
  const read = (file: string) => readFileSync(file, "utf8");
  const outside = { run: runProgram, read, write: writeFileSync };
  console.log(await createStack(options.pullRequest, { ...place, settings }, outside));
}

export function configure(command: Command): void {
  command
    .description("Makes the throw-away stack of a pull request, and prints its name.")
    .requiredOption("--pull-request <number>", "the pull request", pullRequest)
    .option(
      "--drop-label",
      "make nothing: take the label from it, which speaks for the commit it was given to",
      false,
    )
    .addHelpText(
      "after",
      `\nThe environment says where: ${Object.values(VARIABLES).join(", ")}. ${NAME_PREFIX}, if it is there, comes ` +
        "before every name in Google Cloud.",
    )
    .action(run);
}
