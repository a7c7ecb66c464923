import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

export interface SkopeoOptions {
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** @default - this process's */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs skopeo, which copies images between registries. https://github.com/containers/skopeo */
export type Skopeo = (args: readonly string[], options?: SkopeoOptions) => Promise<void>;

/** Runs the skopeo of this machine. Throws what it says went wrong. */
export const runSkopeo: Skopeo = async (args, { signal, environment = process.env } = {}) => {
  try {
    await promisify(execFile)("skopeo", [...args], { signal, env: environment });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(problemOf(failure.parse(error)), { cause: error });
  }
};

const failure = z.object({
  code: z.unknown(),
  message: z.string(),
  stderr: z.string().default(""),
});

function problemOf({ code, message, stderr }: z.output<typeof failure>): string {
  if (code === "ENOENT") {
    return (
      "Images are copied by 'skopeo', which is not installed. Install it ('apt-get install skopeo', " +
      "'brew install skopeo'; https://github.com/containers/skopeo/blob/main/install.md) and run this again."
    );
  }
  const [, fatal = stderr.trim()] = /level=fatal msg="((?:[^"\\]|\\.)*)"/.exec(stderr) ?? [];
  return `skopeo cannot copy the image: ${fatal.replace(/\\(.)/g, "$1") || message}`;
}
