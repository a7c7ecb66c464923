import type { Command } from "commander";
import type { ExitCode } from "../command/exitCodes.ts";
import { flagsOf, targetOf, withTarget, type Target } from "../command/target.ts";
import { connectOperator, type OperatorCalls } from "./calls/operatorCalls.ts";
import { terminalOutput, type Output } from "./output.ts";

/** What a command of an operator's works with. */
export interface Operating {
  readonly calls: OperatorCalls;
  readonly output: Output;
  /** The options that name the stack, to be repeated in what a command proposes: ` --stack prod`. */
  readonly flags: string;
}

/** Gives a command the options that all of an operator's have: which stack, and `--json`. */
export function withOperator(command: Command): Command {
  return withTarget(command).option("--json", "print JSON, one object a line", false);
}

/** Does what an operator's command does, and ends with its exit code. */
export async function operate(
  command: Command,
  act: (operating: Operating) => Promise<ExitCode>,
): Promise<void> {
  const calls = await connectOperator(targetOf(command));
  const flags = flagsOf(command.opts<Target>());
  process.exitCode = await act({ calls, output: terminalOutput(), flags });
}
