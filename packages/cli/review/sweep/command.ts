import { appendFileSync } from "node:fs";
import type { Command } from "commander";
import { z } from "zod";
import { durationOption, pullRequest } from "../../command/readers.ts";
import { githubFromEnvironment } from "../github/fromEnvironment.ts";
import { githubApi, type GithubApi } from "../github/githubApi.ts";
import { closeIssue, upsertIssue } from "../github/upsertIssue.ts";
import { pulumiEngine } from "./engine.ts";
import { reviewStack, stacksToDestroy, type Doomed, type KnownStack } from "./stacksToDestroy.ts";
import { sweep, sweepReport } from "./sweep.ts";

/*
 * `npm run sweep`: destroys the throw-away stacks whose pull request is closed or that nobody has deployed for
 * a while, and keeps an issue open for as long as one cannot be destroyed.
 */

interface Options {
  readonly maxAge: number;
  readonly pullRequest?: number;
  readonly dryRun: boolean;
}

const ISSUE = { marker: "<!-- background-tasks sweep -->", label: "sweep" };

async function run(options: Options): Promise<void> {
  const engine = pulumiEngine();
  const stacks = await engine.stacks();
  const api = githubApi(githubFromEnvironment(process.env));
  const doomed = await choose(api, stacks, options);
  if (options.dryRun) {
    for (const { stack, reason } of doomed) console.log(`${stack}: ${reason}.`);
    return;
  }
  const swept = await sweep(engine, doomed);
  const report = sweepReport(swept);
  console.log(report);
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary !== undefined) appendFileSync(summary, `${report}\n`);

  const failed = swept.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    const title = `${failed.length === 1 ? "A throw-away stack" : "Throw-away stacks"} could not be destroyed`;
    await upsertIssue(api, { ...ISSUE, title, body: sweepReport(failed) });
    process.exitCode = 1;
  } else if (options.pullRequest === undefined) {
    await closeIssue(api, ISSUE);
  }
}

/** A pull request's own stack, or all that have had their time. */
async function choose(
  api: GithubApi,
  stacks: readonly KnownStack[],
  { pullRequest, maxAge }: Options,
): Promise<Doomed[]> {
  if (pullRequest === undefined) {
    return stacksToDestroy(stacks, await openPullRequests(api), new Date(), maxAge);
  }
  const stack = reviewStack(pullRequest);
  const exists = stacks.some(({ name }) => name === stack);
  return exists ? [{ stack, reason: `pull request ${pullRequest} needs it no more` }] : [];
}

const pullRequests = z.array(z.object({ number: z.number() }));

async function openPullRequests(api: GithubApi): Promise<ReadonlySet<number>> {
  const open = pullRequests.parse(await api.list("/pulls?state=open"));
  return new Set(open.map(({ number }) => number));
}

export function configure(command: Command): void {
  command
    .description(
      "Destroys the throw-away stacks whose pull request is closed or that nobody has deployed for a while.",
    )
    .addOption(durationOption("--max-age <duration>", "how long after its last deployment", "72h"))
    .option(
      "--pull-request <number>",
      "the stack of this pull request, whatever its age",
      pullRequest,
    )
    .option("--dry-run", "only say which", false)
    .addHelpText(
      "after",
      "\nExamples:\n  npm run sweep -- --dry-run\n  npm run sweep -- --max-age 3d",
    )
    .action(run);
}
