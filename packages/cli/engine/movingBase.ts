import type { StackFileConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { isByDigest } from "../pin/baseImage.ts";
import { operationOf } from "./cliArguments.ts";
import { EngineError } from "./engineFailure.ts";

/**
 * Refuses to build a protected stack's image on a tag, which may name another image tomorrow. An image that was
 * built elsewhere is not built.
 */
export function refuseMovingBase(
  stack: string,
  { project, config }: StackFileConfig,
  args: readonly string[],
): void {
  const set = (key: string): string => config[`${project}:${key}`] ?? "";
  if (operationOf(args) !== "up" || set("protect") === "false" || set("workerImage") !== "") return;
  const base = set("baseImage");
  if (isByDigest(base)) return;
  throw new EngineError(
    `Stack '${stack}' is protected, and its worker would be built on '${base}', which may be another image ` +
      "tomorrow. Nothing was changed. Run 'npm run tasks -- pin', which writes its digest to " +
      `'Pulumi.${stack}.yaml', or set 'workerImage' to an image by digest that another stack runs.`,
  );
}
