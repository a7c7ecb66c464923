import { InvalidArgumentError, type Command } from "commander";
import { existsSync, readFileSync } from "node:fs";
import { runProgram } from "../command/program.ts";
import { path, stackName } from "../command/readers.ts";
import { terminalWidth } from "../command/table.ts";
import { isRefused, judge } from "../policy/judge.ts";
import { report } from "../policy/report.ts";
import { accessToken } from "../stack/accessToken.ts";
import { copyImage } from "./copyImage.ts";
import { deployedImage } from "./deployedImage.ts";
import { imageName, parseImage } from "./imageReference.ts";
import { promote } from "./promote.ts";
import { releaseTarget } from "./releaseTarget.ts";
import { runUp } from "./runUp.ts";
import { readUp, releaseSummary } from "./summary.ts";

/*
 * `npm run release`: which image a stack runs, and that image copied into another stack's repository and set for its
 * next `up`. 'image' and 'copy' print nothing but the image's name, for a script to go on with.
 */

async function showImage({ stack }: { readonly stack: string }): Promise<void> {
  const image = await runningImage(stack);
  if (image !== undefined) console.log(image);
}

interface CopyOptions {
  /** By digest. */
  readonly image: string;
  readonly stack: string;
  readonly tag: string;
}

async function copy(options: CopyOptions): Promise<void> {
  console.log(await copyInto(options));
}

async function copyInto({ image, stack, tag }: CopyOptions): Promise<string> {
  const source = parseImage(image);
  const { imageRepository: repository } = await releaseTarget(stack);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort(new Error(`Stopped by ${signal}.`));
    });
  }
  const token = await accessToken();
  return copyImage({ image: source, repository, tag, token, signal: stop.signal });
}

async function promoteImage(options: CopyOptions): Promise<void> {
  const copied = await promote(options, {
    running: runningImage,
    judge: refuseBroken,
    up: runUp,
    copy: copyInto,
    async use(stack, image) {
      await runProgram("pulumi", ["config", "set", "--stack", stack, "workerImage", image]);
    },
  });
  console.log(`The next 'up' of stack '${options.stack}' runs ${copied}.`);
}

/** The image of the stack's workers: of the first of them that there is. */
async function runningImage(stack: string): Promise<string | undefined> {
  const { services } = await releaseTarget(stack);
  const token = await accessToken();
  for (const service of services) {
    const image = await deployedImage(service, token);
    if (image !== undefined) return image;
  }
  return undefined;
}

/** Throws what the rules of policy/ say, where a stack breaks one that stops its deployment. */
async function refuseBroken(stack: string): Promise<void> {
  const verdicts = await judge(stack);
  if (verdicts.some(isRefused)) throw new Error(report(verdicts, terminalWidth()));
}

async function expectRunning({ stack }: { readonly stack: string }): Promise<void> {
  const image = await runningImage(stack);
  if (image === undefined) return;
  await runProgram("pulumi", ["config", "set", "--stack", stack, "workerImage", image]);
  console.log(`Stack '${stack}' runs ${image}.`);
}

interface SummaryOptions {
  readonly stack: string;
  readonly events: string;
  readonly before?: string;
}

async function summarize({ stack, events, before }: SummaryOptions): Promise<void> {
  // Without a file the engine was never reached.
  const done = readUp(existsSync(events) ? readFileSync(events, "utf8") : "");
  const image = await runningImage(stack);
  console.log(releaseSummary({ stack, image, before, ...done }));
}

/** Refuses what is no image by digest before anything is asked or changed. */
function imageByDigest(text: string): string {
  try {
    return imageName(parseImage(text));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

export function configure(command: Command): void {
  command
    .command("image")
    .description(
      "Prints the image that a stack's workers run, and nothing before its first deployment.",
    )
    .requiredOption("--stack <stack>", "the stack", stackName)
    .action(showImage);
  command
    .command("copy")
    .description("Copies an image by digest into a stack's repository and prints its name there.")
    .requiredOption("--image <image>", "the image, by digest", imageByDigest)
    .requiredOption("--stack <stack>", "the stack that is to run it", stackName)
    .requiredOption("--tag <tag>", "it is tagged 'deployed-<tag>', which keeps it from the cleanup")
    .action(copy);
  command
    .command("promote")
    .description(
      "Copies an image as 'copy' does and has the stack's next 'up' run it. The first time, it makes the " +
        "repository for it, once the whole stack keeps the policy.",
    )
    .requiredOption("--image <image>", "the image, by digest", imageByDigest)
    .requiredOption("--stack <stack>", "the stack that is to run it", stackName)
    .requiredOption("--tag <tag>", "it is tagged 'deployed-<tag>', which keeps it from the cleanup")
    .action(promoteImage);
  command
    .command("expect")
    .description("Has a preview expect the image that the stack runs, and not build one.")
    .requiredOption("--stack <stack>", "the stack", stackName)
    .action(expectRunning);
  command
    .command("summary")
    .description(
      "Says in Markdown what an 'up' changed, how long it took, which image runs, and how to go back.",
    )
    .requiredOption("--stack <stack>", "the stack", stackName)
    .requiredOption("--events <file>", "what 'npm run up -- --event-log <file>' wrote", path)
    .option("--before <image>", "the image that it ran before")
    .action(summarize);
}
