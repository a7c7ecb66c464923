import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { StackFileConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { operationOf, SKIP_PREVIEW_VARIABLE, skipsPreview } from "./cliArguments.ts";
import { EngineError } from "./engineFailure.ts";

export interface SkippedPreviewArgs {
  readonly stack: string;
  /** What the stack's file says. */
  readonly file: StackFileConfig;
  /** The CLI's arguments, the command among them. */
  readonly args: readonly string[];
  /** Where the CLI runs. @default - the working directory */
  readonly directory?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Refuses to change a protected stack without a preview: the engine comes to what is protected only after it
 * has deleted what stands before it.
 */
export async function refuseSkippedPreview(options: SkippedPreviewArgs): Promise<void> {
  const { stack, args, environment } = options;
  const operation = operationOf(args);
  if (operation !== "up" && operation !== "destroy") return;
  if (!skipsPreview(args, environment)) return;
  if (!isProtectedByFile(options) && !(await isProtectedInState(options))) return;
  throw new EngineError(
    `Stack '${stack}' is protected, and '${operation}' would run without a preview. It is the preview that ` +
      "refuses before anything is changed: without one, schedules, grants and more are deleted first. Run " +
      `the command again without '--skip-preview' ('-f', ${SKIP_PREVIEW_VARIABLE}); with '--yes' it asks ` +
      "nothing either.",
  );
}

function isProtectedByFile({ file: { project, config } }: SkippedPreviewArgs): boolean {
  return config[`${project}:protect`] !== "false";
}

const deployment = z.object({
  deployment: z.object({
    resources: z.array(z.object({ protect: z.boolean().default(false) })).default([]),
  }),
});

/** What was made under protection keeps it until the next 'up', whatever the file says by now. */
async function isProtectedInState(options: SkippedPreviewArgs): Promise<boolean> {
  const { stack, directory, environment } = options;
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", stack], {
      ...(directory !== undefined && { cwd: directory }),
      env: { ...environment },
      maxBuffer: MAX_STATE_BYTES,
    });
    return deployment.parse(JSON.parse(stdout)).deployment.resources.some((it) => it.protect);
  } catch {
    // There is no such stack, or no CLI: it says so itself, and changes nothing.
    return false;
  }
}

const MAX_STATE_BYTES = 256 * 1024 * 1024;
