import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { commentOf } from "../comment/comment.ts";
import { checkOutMergeBase } from "@background-tasks/program/checkout/checkout.ts";
import { deployedStacks } from "@background-tasks/program/checkout/stackSettings.ts";
import type { StackReport } from "../report.ts";
import { stackDiff } from "./stackDiff.ts";
import { terminalReport } from "./terminal.ts";

/*
 * `npm run diff`: what a change does to what each stack asks Google for, without engine, account or state.
 * Ends with 1 where a program cannot be evaluated or breaks a mandatory rule that it did not break before.
 */

interface Options {
  readonly base: string;
  readonly stack?: readonly string[];
  readonly markdown: boolean;
  readonly json: boolean;
  readonly reviews?: string;
}

async function main(options: Options): Promise<void> {
  const head = resolve(".");
  const { stack: stacks = deployedStacks(head) } = options;
  await using base = await checkOutMergeBase(options.base);
  const reports: StackReport[] = [];
  for (const stack of stacks) reports.push(await stackDiff(base.directory, head, stack));
  if (options.reviews !== undefined) leaveFor(options.reviews, reports);
  console.log(output(base.commit, reports, options));
  if (reports.some(isRefused)) process.exitCode = 1;
}

function output(base: string, stacks: readonly StackReport[], options: Options): string {
  if (options.json) return JSON.stringify({ base, stacks });
  if (options.markdown) return stacks.map((diff) => commentOf({ diff })).join("\n\n");
  const width = process.stdout.columns || 120;
  return stacks.map((report) => terminalReport(report, width)).join("\n\n");
}

/** Leaves the reports for the job that writes the comments. */
function leaveFor(folder: string, reports: readonly StackReport[]): void {
  mkdirSync(folder, { recursive: true });
  for (const report of reports) {
    writeFileSync(join(folder, `diff-${report.stack}.json`), JSON.stringify(report));
  }
}

function isRefused({ error, violations }: StackReport): boolean {
  const isNewAndMandatory = violations.some(
    ({ severity, isNew }) => isNew && severity === "mandatory",
  );
  return error !== undefined || isNewAndMandatory;
}

const command = new Command("npm run diff --")
  .description(
    "Says what the working tree changes in what each stack asks Google for, compared with the commit\n" +
      "at which it parted from another branch.",
  )
  .requiredOption("--base <ref>", "the branch or commit to compare with, such as 'origin/main'")
  .option("--stack <stack...>", "these stacks only; otherwise all but 'local'")
  .option("--markdown", "print the comment for a pull request", false)
  .option("--json", "print JSON", false)
  .option("--reviews <folder>", "also write what 'npm run comment' reads");

void main(command.parse().opts<Options>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
