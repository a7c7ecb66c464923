import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

/** The name of the worker's one file in its image. `.mjs` says what it is where there is no package.json. */
export const BUNDLE_FILE = "main.mjs";

export interface BundleArgs {
  /** The worker's entry point, `worker/main.ts`. */
  entry: string;
  dockerfile: string;
  /** The build context. It will hold the bundle and the Dockerfile, and nothing else. */
  directory: string;
}

/**
 * Makes the worker's build context: its code, bundled to one file, and its Dockerfile. The same code always
 * makes the same bytes, and comments are not part of it, so that an image changes only with what it does.
 */
export function bundleWorker({ entry, dockerfile, directory }: BundleArgs): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (name !== BUNDLE_FILE) rmSync(join(directory, name), { recursive: true });
  }
  copyFileSync(dockerfile, join(directory, "Dockerfile"));
  bundle(entry, join(directory, BUNDLE_FILE));
}

/** Packages in CommonJS ask for `require`, which an ES module has not. */
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

function bundle(entry: string, outfile: string): void {
  try {
    buildSync({
      entryPoints: [resolve(entry)],
      outfile: resolve(outfile),
      // The bundle holds the paths of modules, and errors tell them: both from the project's root.
      absWorkingDir: resolve(entry, "../.."),
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      banner: { js: REQUIRE },
      minifyWhitespace: true,
      // Names are kept: they are what a stack trace shows.
      minifySyntax: true,
      legalComments: "none",
      sourcemap: false,
      logLevel: "silent",
    });
  } catch (error) {
    // A mistake in the worker's code: its place says more than a stack.
    throw new pulumi.RunError(
      `The worker cannot be bundled. ${String(error).replace(/^Error: /, "")}`,
    );
  }
}
