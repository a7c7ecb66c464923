import { Command } from "commander";
import { port } from "../stack/target.ts";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";

/** What the engine can be asked to do here; `pulumi` is any other command of the CLI. */
export const COMMANDS = ["preview", "up", "refresh", "destroy", "pulumi"] as const;

export type EngineCommand = (typeof COMMANDS)[number];

/** What `npm run preview` and its like were asked to do. */
export interface EngineOptions {
  readonly command: EngineCommand;
  readonly stack: string;
  /** The stack is one on the local cloud. */
  readonly local: boolean;
  /** The port of the local cloud's API. */
  readonly port: number;
  /** Compare with what there is, and not with what is remembered. */
  readonly refresh: boolean;
  /** Show changes property by property. */
  readonly diff: boolean;
  /** A folder with a policy pack. */
  readonly policyPack?: string;
  /** Arguments for the CLI, as they are. */
  readonly rest: readonly string[];
}

/** Reads the arguments. Exits, having said why, where they cannot be understood. */
export function parseEngineOptions([name, ...argv]: readonly string[]): EngineOptions {
  const command = COMMANDS.find((known) => known === name);
  if (!command) throw new Error(`Command '${String(name)}' is none of ${COMMANDS.join(", ")}.`);
  const parser = new Command(`npm run ${command} --`)
    .description(DESCRIPTIONS[command])
    .requiredOption("--stack <stack>", "the stack: dev, prod, …")
    .option("--local", "on the local cloud that 'npm start' runs, not in a real project", false)
    .option("--port <port>", "with --local: the port of the local cloud", port, LOCAL_API_PORT)
    .option("--refresh", "compare with what there is, not with what is remembered", false)
    .option("--diff", "show changes property by property", false)
    .option("--policy-pack <folder>", "refuse what this policy pack refuses")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nWithout --local, other options go to the Pulumi CLI as they are.");
  parser.parse(argv, { from: "user" });
  const options = parser.opts<Omit<EngineOptions, "command" | "rest">>();
  if (options.local && command !== "pulumi" && parser.args.length > 0) {
    parser.error(`error: with --local, '${parser.args.join(" ")}' is not understood.`);
  }
  return { ...options, command, rest: parser.args };
}

const DESCRIPTIONS: Readonly<Record<EngineCommand, string>> = {
  preview: "Says what 'up' would change, and changes nothing.",
  up: "Makes the stack as the program and its configuration say.",
  refresh: "Takes over into the state what there is.",
  destroy: "Deletes the stack's resources.",
  pulumi:
    "Runs any other command of the Pulumi CLI: cancel, import, state unprotect, stack output.",
};
