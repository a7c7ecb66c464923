import { Command } from "commander";
import { port } from "../stack/target.ts";
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

const command = new Command("npm run policy --")
  .description(
    "Judges what the program would deploy by the rules of policy/ (docs/policy.md), without the Pulumi\n" +
      "engine and without an account.",
  )
  .option("--stack <stack>", "one stack only; otherwise every one that has a Pulumi.<stack>.yaml")
  .option("--deployed", "what the cloud holds after 'up', where everything is known", false)
  .option("--local", "with --deployed: a stack of 'npm run up -- --local'", false)
  .option("--port <port>", "with --local: the local cloud's port", port)
  .option("--json", "print JSON", false)
  .addHelpText(
    "after",
    "\nExamples:\n  npm run policy\n  npm run policy -- --stack prod --json\n  npm run policy -- --deployed --stack dev",
  )
  .parse();
const { stack, deployed, local, port: where, json } = command.opts<Options>();
if (deployed && stack === undefined) command.error("error: --deployed needs a --stack.");
if (local && !deployed) command.error("error: --local is for --deployed.");
if (where !== undefined && !local) command.error("error: --port is for --local.");
const here = where === undefined ? {} : { port: where };

try {
  const verdicts =
    deployed && stack !== undefined
      ? [await judgeDeployed({ stack, local, ...here })]
      : await judge(stack);
  console.log(
    json ? JSON.stringify({ stacks: verdicts }) : report(verdicts, process.stdout.columns || 100),
  );
  if (verdicts.some(isRefused)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
