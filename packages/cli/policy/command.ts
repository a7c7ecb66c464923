import type { Command } from "commander";
import { EXIT } from "../command/exitCodes.ts";
import { port, stackName } from "../command/readers.ts";
import { terminalWidth } from "../command/table.ts";
import { isRefused, judge, judgeDeployed } from "./judge.ts";
import { report } from "./report.ts";

/*
 * `npm run policy`: the rules of policy/ against the whole program, without the engine. Ends with 1 where a
 * stack breaks a mandatory rule or cannot be evaluated.
 */

interface Options {
  readonly stack?: string;
  readonly deployed: boolean;
  readonly local: boolean;
  readonly port?: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  command
    .description(
      "Judges what the program would deploy by the rules of policy/ (docs/policy.md), without the Pulumi " +
        "engine and without an account.",
    )
    .option(
      "--stack <stack>",
      "one stack only; otherwise every one that has a Pulumi.<stack>.yaml",
      stackName,
    )
    .option("--deployed", "what the cloud holds after 'up', where everything is known", false)
    .option("--local", "with --deployed: a stack of 'npm run up -- --local'", false)
    .option("--port <port>", "with --local: the local cloud's port", port)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run policy\n" +
        "  npm run policy -- --stack prod --json\n" +
        "  npm run policy -- --deployed --stack dev",
    )
    .action(async (options: Options) => {
      await run(options, command);
    });
}

async function run(options: Options, command: Command): Promise<void> {
  const { stack, deployed, local, port: where, json } = options;
  if (local && !deployed) command.error("'--local' is for '--deployed'.");
  if (where !== undefined && !local) command.error("'--port' is for '--local'.");
  const verdicts = deployed
    ? [await judgeDeployed({ stack: stack ?? needed(command), local, port: where })]
    : await judge(stack);
  console.log(json ? JSON.stringify({ stacks: verdicts }) : report(verdicts, terminalWidth()));
  if (verdicts.some(isRefused)) process.exitCode = EXIT.failed;
}

function needed(command: Command): never {
  return command.error("'--deployed' needs '--stack': which stack is it?");
}
