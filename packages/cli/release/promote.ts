/** What is promoted, and where to. */
export interface Promotion {
  /** The image, by digest. */
  readonly image: string;
  readonly stack: string;
  /** The copy is tagged `deployed-<tag>`. */
  readonly tag: string;
}

/** What promoting asks of the cloud and of the engine. */
export interface Promoting {
  /** The image that a stack runs; `undefined` before its first deployment. */
  readonly running: (stack: string) => Promise<string | undefined>;
  /** Throws where the whole stack breaks the policy. */
  readonly judge: (stack: string) => Promise<void>;
  /** Has the stack's next `up` run an image. */
  readonly use: (stack: string, image: string) => Promise<void>;
  readonly up: (stack: string, args: readonly string[]) => Promise<void>;
  /** Copies the image into the stack's repository, and returns its name there. */
  readonly copy: (promotion: Promotion) => Promise<string>;
}

/** What is made before the image can be copied. */
const REPOSITORY = [
  ...["--target", "**background-tasks:services:Services**"],
  ...["--target", "**background-tasks:image:WorkerImage**"],
];

/**
 * Copies an image into a stack's repository and has its next `up` run it. The repository has to be there before an
 * image can be copied into it, and the image before it can be run. Going back to an earlier image is the same.
 */
export async function promote(promotion: Promotion, promoting: Promoting): Promise<string> {
  const { image, stack } = promotion;
  if ((await promoting.running(stack)) === undefined) {
    // The policy is about the whole stack, of which the engine would show it a part.
    await promoting.judge(stack);
    await promoting.use(stack, image);
    await promoting.up(stack, REPOSITORY);
  }
  const copy = await promoting.copy(promotion);
  await promoting.use(stack, copy);
  return copy;
}
