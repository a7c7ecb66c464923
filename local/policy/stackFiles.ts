import { readdirSync } from "node:fs";
import { readStackConfig } from "../deploy/stackConfig.ts";

/** A stack as its file describes it, with what the file leaves out filled in. */
export interface StackFile {
  readonly stack: string;
  /** The Pulumi project's name. */
  readonly project: string;
  readonly config: Readonly<Record<string, string>>;
  /** The settings that the file leaves out, or keeps encrypted, and that have an example's value here. */
  readonly filledIn: readonly string[];
}

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** The stacks that have a file in the working directory, or the one that is asked for. */
export function readStackFiles(only?: string): StackFile[] {
  const stacks = readdirSync(".")
    .flatMap((file) => STACK_FILE.exec(file)?.[1] ?? [])
    .sort();
  if (only === undefined) return stacks.map(readStackFile);
  if (stacks.includes(only)) return [readStackFile(only)];
  const known = stacks.map((stack) => `'${stack}'`).join(", ");
  throw new Error(`Stack '${only}' has no file Pulumi.${only}.yaml; the stacks are ${known}.`);
}

function readStackFile(stack: string): StackFile {
  const { project, config, secureKeys } = readStackConfig("Pulumi.yaml", `Pulumi.${stack}.yaml`);
  const required = Object.entries(EXAMPLES).map(([key, value]): [string, string] => [
    key.includes(":") ? key : `${project}:${key}`,
    value,
  ]);
  const examples = new Map([
    ...secureKeys.map((key): [string, string] => [key, "secret"]),
    ...required,
  ]);
  const filledIn = [...examples].filter(([key]) => (config[key] ?? "") === "");
  return {
    stack,
    project,
    config: { ...config, ...Object.fromEntries(filledIn) },
    filledIn: filledIn.map(([key]) => key),
  };
}

/** What the program requires and a stack's file need not hold. No rule is about these values. */
const EXAMPLES = {
  "gcp:project": "example-project",
  mailFrom: "tasks@example.com",
  smtpUrl: "smtp://mail.example.com",
};
