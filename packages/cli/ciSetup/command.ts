import type { Command } from "commander";
import { runProgram } from "../command/program.ts";
import { path, repeated } from "../command/readers.ts";
import { applyCalls } from "./applyCalls.ts";
import { bootstrapOutputs } from "./bootstrapOutputs.ts";
import { reviewer, type Reviewer } from "./reviewers.ts";
import { printed, setUpCalls } from "./setUpCalls.ts";

/* `npm run tasks -- ci-setup`: what GitHub has to know of the bootstrap, as calls of gh. */

interface Options {
  readonly bootstrap: string;
  readonly reviewer: readonly Reviewer[];
  readonly apply: boolean;
}

export function configure(command: Command): void {
  command
    .description(
      "Prints the calls of 'gh' that make the environments on GitHub, with their rules and variables, from the " +
        "outputs of the bootstrap's stack. With --apply it makes the calls; all of them may be made again.",
    )
    .option(
      "--reviewer <who>",
      "a login, or a team as 'organization/team', who lets prod's jobs run; more than once",
      repeated(reviewer),
      [],
    )
    .option("--bootstrap <folder>", "the bootstrap's folder", path, "bootstrap")
    .option("--apply", "make the calls, as whom 'gh' is logged in", false)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run tasks -- ci-setup --reviewer octo-org/platform\n" +
        "  npm run tasks -- ci-setup --reviewer octo-org/platform --apply",
    )
    .action(run);
}

async function run({ bootstrap, reviewer: reviewers, apply }: Options): Promise<void> {
  const calls = setUpCalls(await bootstrapOutputs(bootstrap, runProgram), reviewers);
  if (apply) await applyCalls(calls, runProgram, console.log);
  else console.log(calls.map(printed).join("\n"));
}
