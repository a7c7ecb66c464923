import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { path, stackName } from "../../command/readers.ts";
import { githubFromEnvironment } from "../github/fromEnvironment.ts";
import { githubApi } from "../github/githubApi.ts";
import { closeIssue, upsertIssue } from "../github/upsertIssue.ts";
import { previewChanges } from "../preview.ts";
import { DRIFT_LABEL, driftIssue, driftMarker } from "./driftIssue.ts";

/*
 * `npm run drift`: opens, updates or closes the issue that says how a stack differs from its program, from
 * the JSON of a preview that has looked at what there is ('preview --refresh').
 */

interface Options {
  readonly stack: string;
  readonly preview: string;
}

async function run({ stack, preview }: Options): Promise<void> {
  const api = githubApi(githubFromEnvironment(process.env));
  const changes = previewChanges(JSON.parse(readFileSync(preview, "utf8")));
  const issue = driftIssue(stack, changes, runUrl());
  if (issue) {
    const number = await upsertIssue(api, issue);
    console.log(`Stack '${stack}' has drifted: issue ${number}.`);
  } else {
    const closed = await closeIssue(api, { marker: driftMarker(stack), label: DRIFT_LABEL });
    const end = closed === undefined ? "" : ` Issue ${closed} is closed.`;
    console.log(`Stack '${stack}' is as its program says.${end}`);
  }
}

function runUrl(): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
  return `${GITHUB_SERVER_URL ?? ""}/${GITHUB_REPOSITORY ?? ""}/actions/runs/${GITHUB_RUN_ID ?? ""}`;
}

export function configure(command: Command): void {
  command
    .description(
      "Opens, updates or closes the issue that says how a stack differs from its program.",
    )
    .requiredOption("--stack <stack>", "the stack", stackName)
    .requiredOption("--preview <file>", "what 'npm run preview -- --refresh --json' printed", path)
    .action(run);
}
