import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { previewChanges } from "../preview.ts";
import { stackReport, type ResourceChange } from "../report.ts";
import type { StackReview } from "./comment.ts";

/** What the jobs of a pull request left for the one that writes its comments. */
export interface Reviews {
  readonly pullRequest: number;
  readonly stacks: readonly StackReview[];
}

/** Where the jobs leave the number of their pull request. */
export const PULL_REQUEST_FILE = "pull-request.json";

const LARGEST_FILE = 10 * 1024 * 1024;
const MOST_STACKS = 10;

/**
 * Reads the folder that a pull request's jobs left: `pull-request.json`, `diff-<stack>.json` and, where
 * the engine was asked, `preview-<stack>.json`. All of it was written by code that anybody may have changed.
 */
export function readReviews(folder: string): Reviews {
  const pullRequest = join(folder, PULL_REQUEST_FILE);
  if (!existsSync(pullRequest)) {
    throw new Error(
      `There is no '${pullRequest}': the jobs of the pull request ended before they left anything, and no comment is ` +
        "written. Their run says why.",
    );
  }
  const { number } = z.object({ number: z.int().min(1) }).parse(readJson(pullRequest));
  return {
    pullRequest: number,
    stacks: diffFiles(folder).map((file) => {
      const diff = stackReport.parse(readJson(join(folder, file)));
      const preview = readPreview(join(folder, `preview-${diff.stack}.json`));
      return { diff, ...(preview && { preview }) };
    }),
  };
}

function diffFiles(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => /^diff-[\w.-]+\.json$/.test(file));
  if (files.length <= MOST_STACKS) return files.sort();
  throw new Error(
    `There are reports of ${files.length} stacks; at most ${MOST_STACKS} are commented on.`,
  );
}

/** A preview that failed leaves a file without JSON: the job says why. */
function readPreview(file: string): readonly ResourceChange[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return previewChanges(readJson(file));
  } catch {
    return undefined;
  }
}

function readJson(file: string): unknown {
  const { size } = statSync(file);
  if (size > LARGEST_FILE) {
    throw new Error(`'${file}' has ${size} bytes; at most ${LARGEST_FILE} are read.`);
  }
  return JSON.parse(readFileSync(file, "utf8"));
}
