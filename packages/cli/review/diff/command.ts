import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { path, pullRequest, stackName } from "../../command/readers.ts";
import { terminalWidth } from "../../command/table.ts";
import { commentOf } from "../comment/comment.ts";
import { PULL_REQUEST_FILE } from "../comment/reviews.ts";
import { checkOutMergeBase } from "@background-tasks/program/checkout/checkout.ts";
import { deployedStacks, unknownStack } from "@background-tasks/program/stack/stackFiles.ts";
import { BASE_DESCRIPTION, comparedWith, mainBranch } from "../mainBranch.ts";
import type { StackReport } from "../report.ts";
import { stackDiff } from "./stackDiff.ts";
import { terminalReport } from "./terminal.ts";

/*
 * `npm run diff`: what a change does to what each stack asks Google for, without engine, account or state.
 * Ends with 1 where a program cannot be evaluated or breaks a mandatory rule that it did not break before.
 */

interface Options {
  readonly base?: string;
  readonly stack?: readonly string[];
  readonly markdown: boolean;
  readonly json: boolean;
  readonly reviews?: string;
  readonly pullRequest?: number;
}

async function run(options: Options, command: Command): Promise<void> {
  const head = resolve(".");
  const { reviews, pullRequest: number } = options;
  if (number !== undefined && reviews === undefined) {
    command.error("Option '--pull-request' says whose '--reviews <folder>' is, and needs it.");
  }
  // First, so that the comment can be written whatever fails from here on.
  if (reviews !== undefined && number !== undefined) leave(reviews, PULL_REQUEST_FILE, { number });
  const { stack: stacks = deployedStacks(head), base: ref = await mainBranch() } = options;
  await using base = await checkOutMergeBase(ref);
  for (const stack of stacks) requireStack(stack, [head, base.directory]);
  const reports: StackReport[] = [];
  for (const stack of stacks) {
    if (process.stderr.isTTY) process.stderr.write(`Comparing what '${stack}' asks for …\n`);
    reports.push(await stackDiff(base.directory, head, stack));
  }
  if (reviews !== undefined) {
    for (const report of reports) leave(reviews, `diff-${report.stack}.json`, report);
  }
  console.log(output(ref, base.commit, reports, options));
  if (reports.some(isRefused)) process.exitCode = 1;
}

/** A stack of which neither checkout has a file would change nothing, whatever is changed. */
function requireStack(stack: string, checkouts: readonly string[]): void {
  if (checkouts.some((folder) => existsSync(join(folder, `Pulumi.${stack}.yaml`)))) return;
  throw new Error(unknownStack(stack, new Set(checkouts.flatMap(deployedStacks))));
}

function output(
  ref: string,
  base: string,
  stacks: readonly StackReport[],
  options: Options,
): string {
  if (options.json) return JSON.stringify({ base, stacks });
  if (options.markdown) return stacks.map((diff) => commentOf({ diff })).join("\n\n");
  const tables = stacks.map((report) => terminalReport(report, terminalWidth()));
  return `${comparedWith(ref, base)}\n\n${tables.join("\n\n")}`;
}

/** Leaves something for the job that writes the comments. */
function leave(folder: string, file: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify(content));
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
    .option("--base <ref>", BASE_DESCRIPTION)
    .option(
      "--stack <stack...>",
      "these stacks only; otherwise all but 'local'",
      (text: string, others?: readonly string[]) => [...(others ?? []), stackName(text)],
    )
    .option("--markdown", "print the comment for a pull request", false)
    .option("--json", "print JSON", false)
    .option("--reviews <folder>", "also write what 'npm run comment' reads", path)
    .option(
      "--pull-request <number>",
      "the pull request that the comment is written on, for '--reviews'",
      pullRequest,
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run diff\n  npm run diff -- --base HEAD~1 --stack prod",
    )
    .action(run);
}
