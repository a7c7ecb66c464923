import { z } from "zod";
import type { StackFileConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { runProgram } from "../command/program.ts";
import { operationOf, SKIP_PREVIEW_VARIABLE, skipsPreview } from "./cliArguments.ts";
import { EngineError } from "./engineFailure.ts";

export interface ProtectionArgs {
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
 * Refuses what the engine does to a protected stack all the same. Without a preview, it comes to what is protected
 * only after it has deleted what stands before it; and it knows of protection only since the last `up`.
 */
export async function refuseUnprotected(options: ProtectionArgs): Promise<void> {
  const { stack, file, args, environment } = options;
  const operation = operationOf(args);
  if (operation !== "up" && operation !== "destroy") return;
  const skips = skipsPreview(args, environment);
  const isWanted = file.config[`${file.project}:protect`] !== "false";
  const mustKnow = isWanted ? operation === "destroy" : skips;
  const state = mustKnow ? await protectionInState(options) : undefined;
  if (isWanted && state === "off") {
    throw new EngineError(
      `Stack '${stack}' is protected by its settings, but what there is was made without protection, and ` +
        "'destroy' would delete it with all its tasks. Nothing was changed. To protect it, run 'up'; to destroy " +
        `it all the same, set 'protect' to false in Pulumi.${stack}.yaml and run 'destroy' again.`,
    );
  }
  if (!skips || !(isWanted || state === "on")) return;
  throw new EngineError(
    `Stack '${stack}' is protected, and '${operation}' would run without a preview. It is the preview that ` +
      "refuses before anything is changed: without one, schedules, grants and more are deleted first. Run " +
      `the command again without '--skip-preview' ('-f', ${SKIP_PREVIEW_VARIABLE}); with '--yes' it asks ` +
      "nothing either.",
  );
}

const deployment = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ custom: z.boolean().default(false), protect: z.boolean().default(false) }))
      .default([]),
  }),
});

/**
 * Whether anything of the stack is protected: what was made so stays so until the next `up`, whatever the file
 * says by now. `undefined` where there is nothing.
 */
async function protectionInState(options: ProtectionArgs): Promise<"on" | "off" | undefined> {
  const exported = await exportState(options);
  if (exported === undefined) return undefined;
  const { resources } = deployment.parse(JSON.parse(exported)).deployment;
  if (resources.some(({ protect }) => protect)) return "on";
  return resources.some(({ custom }) => custom) ? "off" : undefined;
}

async function exportState(options: ProtectionArgs): Promise<string | undefined> {
  const { stack, directory, environment } = options;
  try {
    return await runProgram("pulumi", ["stack", "export", "--stack", stack], {
      ...(directory !== undefined && { cwd: directory }),
      env: environment,
    });
  } catch {
    // There is no such stack, or no CLI: it says so itself, and changes nothing.
    return undefined;
  }
}
