import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { path, stackName } from "../../command/readers.ts";
import { terminalWidth } from "../../command/table.ts";
import { commentOf } from "../comment/comment.ts";
import { checkOutMergeBase } from "@background-tasks/program/checkout/checkout.ts";
import { deployedStacks } from "@background-tasks/program/stack/stackFiles.ts";
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

async function run(options: Options): Promise<void> {
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
  return stacks.map((report) => terminalReport(report, terminalWidth())).join("\n\n");
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

export function configure(command: Command): void {
  command
    .description(
      "Says what the working tree changes in what each stack asks Google for, compared with the commit " +
        "at which it parted from another branch. Needs no engine, no account and no state.",
    )
    .requiredOption("--base <ref>", "the branch or commit to compare with, such as 'origin/main'")
    .option(
      "--stack <stack...>",
      "these stacks only; otherwise all but 'local'",
      (text: string, others?: readonly string[]) => [...(others ?? []), stackName(text)],
    )
    .option("--markdown", "print the comment for a pull request", false)
    .option("--json", "print JSON", false)
    .option("--reviews <folder>", "also write what 'npm run comment' reads", path)
    .addHelpText("after", "\nExample:\n  npm run diff -- --base origin/main --stack prod")
    .action(run);
}
