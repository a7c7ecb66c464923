import { Command } from "commander";
import { isRefused, judge } from "./judge.ts";
import { report } from "./report.ts";

/*
 * `npm run policy`: the rules of policy/ against the whole program, without the engine. Ends with 1 where a
 * stack breaks a mandatory rule or cannot be evaluated.
 */

interface Options {
  readonly stack?: string;
  readonly json: boolean;
}

const { stack, json } = new Command("npm run policy --")
  .description(
    "Judges what the program would deploy by the rules of policy/ (docs/policy.md), without the Pulumi\n" +
      "engine and without an account.",
  )
  .option("--stack <stack>", "one stack only; otherwise every one that has a Pulumi.<stack>.yaml")
  .option("--json", "print JSON", false)
  .addHelpText("after", "\nExamples:\n  npm run policy\n  npm run policy -- --stack prod --json")
  .parse()
  .opts<Options>();

try {
  const verdicts = await judge(stack);
  console.log(
    json ? JSON.stringify({ stacks: verdicts }) : report(verdicts, process.stdout.columns || 100),
  );
  if (verdicts.some(isRefused)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
