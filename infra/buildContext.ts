import { createHash } from "node:crypto";
import { join } from "node:path";

/** The worker's build context, in the project's folder. */
export const BUILD_CONTEXT = "dist/worker";

/**
 * Where the source maps of a build context are kept: beside it and no part of it, so that an image changes only with
 * what it does.
 */
export function sourceMapFolder(context: string): string {
  return `${context}.maps`;
}

/** Where the source map of a file of a build context is kept, by what the file holds. */
export function sourceMapFile(context: string, code: Uint8Array): string {
  const digest = createHash("sha256").update(code).digest("hex").slice(0, 16);
  return join(sourceMapFolder(context), `${digest}.json`);
}
