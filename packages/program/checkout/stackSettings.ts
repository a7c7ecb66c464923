import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readStackConfig, type StackFileConfig } from "../stack/stackConfig.ts";

/** A stack's settings as its files have them. */
export interface StackSettings extends StackFileConfig {
  readonly stack: string;
}

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** The stacks that a checkout has a file of, without the one for a laptop. */
export function deployedStacks(checkout: string): string[] {
  return readdirSync(checkout)
    .flatMap((file) => STACK_FILE.exec(file)?.[1] ?? [])
    .filter((stack) => stack !== "local")
    .sort();
}

/** Reads a stack's settings; `undefined` where the checkout has no such stack. */
export function readStackSettings(checkout: string, stack: string): StackSettings | undefined {
  const file = join(checkout, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  return { stack, ...readStackConfig(join(checkout, "Pulumi.yaml"), file) };
}

/** A short text that differs where the texts do. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
