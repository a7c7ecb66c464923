import type { Command } from "commander";
import { stackName } from "../command/readers.ts";
import { accessToken } from "../stack/accessToken.ts";
import { copyImage } from "./copyImage.ts";
import { deployedImage } from "./deployedImage.ts";
import { parseImage } from "./imageReference.ts";
import { releaseTarget } from "./releaseTarget.ts";

/*
 * `npm run release`: which image a stack runs, and that image copied into another stack's repository. It prints
 * nothing but the image's name, for a workflow to go on with.
 */

async function showImage({ stack }: { readonly stack: string }): Promise<void> {
  const { service } = await releaseTarget(stack);
  const image = await deployedImage(service, await accessToken());
  if (image !== undefined) console.log(image);
}

interface CopyOptions {
  readonly image: string;
  readonly stack: string;
  readonly tag: string;
}

async function copy({ image, stack, tag }: CopyOptions): Promise<void> {
  const source = parseImage(image);
  const { imageRepository: repository } = await releaseTarget(stack);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort(new Error(`Stopped by ${signal}.`));
    });
  }
  const token = await accessToken();
  console.log(await copyImage({ image: source, repository, tag, token, signal: stop.signal }));
}

export function configure(command: Command): void {
  command
    .command("image")
    .description(
      "Prints the image that a stack's worker runs, and nothing before its first deployment.",
    )
    .requiredOption("--stack <stack>", "the stack", stackName)
    .action(showImage);
  command
    .command("copy")
    .description("Copies an image by digest into a stack's repository and prints its name there.")
    .requiredOption("--image <image>", "the image, by digest")
    .requiredOption("--stack <stack>", "the stack that is to run it", stackName)
    .requiredOption("--tag <tag>", "it is tagged 'deployed-<tag>', which keeps it from the cleanup")
    .action(copy);
}
