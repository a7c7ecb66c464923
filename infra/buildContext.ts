import { createHash } from "node:crypto";
import { join } from "node:path";

/** The worker's build context, in the project's folder. */
export const BUILD_CONTEXT = "dist/worker";

/** The name of the worker's one file in its image. `.mjs` says what it is where there is no package.json. */
export const BUNDLE_FILE = "main.mjs";

/**
 * Where the source map of a bundle is kept: beside its build context and no part of it, so that an image changes
 * only with what it does.
 */
export function sourceMapFile(context: string, bundle: Uint8Array): string {
  const digest = createHash("sha256").update(bundle).digest("hex").slice(0, 16);
  return join(`${context}.maps`, `${digest}.json`);
}
