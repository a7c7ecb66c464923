import { resolve } from "node:path";
import type { Command } from "commander";
import { checkOutMergeBase } from "@background-tasks/program/checkout/checkout.ts";
import { BASE_DESCRIPTION, comparedWith, mainBranch } from "../mainBranch.ts";
import { compareContracts, sentence } from "./compareContracts.ts";
import { readContract } from "./readContract.ts";

/*
 * `npm run contract`: whether tasks that are queued already would be understood by the worker of the working
 * tree. Ends with 1 where they would become dead letters.
 */

interface Options {
  readonly base?: string;
  readonly json: boolean;
}

async function run({ base: given, json }: Options): Promise<void> {
  const ref = given ?? (await mainBranch());
  await using base = await checkOutMergeBase(ref);
  const after = await readContract(resolve("."));
  const breaks = compareContracts(await readContract(base.directory), after);
  if (!json) console.log(comparedWith(ref, base.commit));
  if (json) console.log(JSON.stringify({ base: base.commit, breaks }));
  else if (breaks.length > 0) {
    console.log(["Tasks that are queued already would become dead letters:", ""].join("\n"));
    for (const one of breaks) console.log(`  - ${sentence(one)}`);
  } else {
    const count = Object.keys(after).length;
    console.log(
      `Tasks that are queued already keep their meaning (${count === 1 ? "1 task" : `${count} tasks`} compared).`,
    );
  }
  if (breaks.length > 0) process.exitCode = 1;
}

export function configure(command: Command): void {
  command
    .description(
      "Compares what the tasks' payloads may be with what they could be at the commit at which the working " +
        "tree parted from another branch, and fails on what would dead-letter tasks that are queued already.",
    )
    .option("--base <ref>", BASE_DESCRIPTION)
    .option("--json", "print JSON", false)
    .addHelpText("after", "\nExamples:\n  npm run contract\n  npm run contract -- --base HEAD~1")
    .action(run);
}
