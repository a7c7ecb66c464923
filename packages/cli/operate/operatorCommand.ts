import type { Command } from "commander";
import type { ExitCode } from "../command/exitCodes.ts";
import { flagsOf, targetOf, withTarget, type Target } from "../command/target.ts";
import { accountOf } from "../stack/account.ts";
import { auditTo, noAudit, type Audit } from "./audit.ts";
import { connectOperator, type OperatorCalls } from "./calls/operatorCalls.ts";
import { terminalOutput, type Output } from "./output.ts";

/** What a command of an operator's works with. */
export interface Operating {
  readonly calls: OperatorCalls;
  readonly output: Output;
  readonly audit: Audit;
  /** The options that name the stack, to be repeated in what a command proposes: ` --stack prod`. */
  readonly flags: string;
}

/** Gives a command the options that all of an operator's have: which stack, and `--json`. */
export function withOperator(command: Command): Command {
  return withTarget(command).option("--json", "print JSON, one object a line", false);
}

/** Gives a command the option by which the stack's log tells who does it. */
export function withAudit(command: Command): Command {
  return command.option(
    "--audit",
    "write who does it, to what and to how many, into the log 'background-tasks' first, or do nothing",
    false,
  );
}

/** Does what an operator's command does, and ends with its exit code. */
export async function operate(
  command: Command,
  act: (operating: Operating) => Promise<ExitCode>,
): Promise<void> {
  const target = targetOf(command);
  const calls = await connectOperator(target);
  const flags = flagsOf(command.opts<Target>());
  const isAudited = command.opts<{ readonly audit?: boolean }>().audit === true;
  const audit = isAudited ? auditTo(calls, () => accountOf(target)) : noAudit;
  process.exitCode = await act({ calls, output: terminalOutput(), audit, flags });
}
