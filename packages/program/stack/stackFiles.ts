import { readdirSync } from "node:fs";
import { join } from "node:path";
import { alternatives } from "../../../tasks/contract/knownNames.ts";
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
  throw new Error(unknownStack(only, stacks));
}

/** What is said of a stack that none of these is. */
export function unknownStack(stack: string, stacks: Iterable<string>): string {
  const known = alternatives(stack, "stacks", stacks);
  return `There is no stack '${stack}': it has no file 'Pulumi.${stack}.yaml'. ${known}`;
}
