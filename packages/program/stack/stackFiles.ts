import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readStackConfig, type StackFileConfig } from "./stackConfig.ts";

/** A stack as its file describes it. */
export interface StackFile extends StackFileConfig {
  readonly stack: string;
}

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** The stacks that have a file in a project's folder. */
export function stacksIn(directory: string): string[] {
  return readdirSync(directory)
    .flatMap((file) => STACK_FILE.exec(file)?.[1] ?? [])
    .sort();
}

/** Those of them that are deployed: all but the one for a laptop. */
export function deployedStacks(directory: string): string[] {
  return stacksIn(directory).filter((stack) => stack !== "local");
}

/** The stacks that have a file in a project's folder, or the one that is asked for. */
export function readStackFiles(directory: string, only?: string): StackFile[] {
  const readStackFile = (stack: string): StackFile => ({
    stack,
    ...readStackConfig(join(directory, "Pulumi.yaml"), join(directory, `Pulumi.${stack}.yaml`)),
  });
  const stacks = stacksIn(directory);
  if (only === undefined) return stacks.map(readStackFile);
  if (stacks.includes(only)) return [readStackFile(only)];
  const known = stacks.map((stack) => `'${stack}'`).join(", ");
  throw new Error(`Stack '${only}' has no file Pulumi.${only}.yaml; the stacks are ${known}.`);
}
