import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
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
  const files = new Map([
    [BUNDLE_FILE, bundle(entry)],
    ["Dockerfile", readFileSync(dockerfile)],
  ]);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (!files.has(name)) rmSync(join(directory, name), { recursive: true });
  }
  for (const [name, content] of files) put(join(directory, name), content);
}

/** Writes a file at once or not at all: another run of the program may be reading it. */
function put(path: string, content: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  const written = join(dirname(path), `../.${basename(path)}-${process.pid}`);
  writeFileSync(written, content);
  renameSync(written, path);
}

/** Packages in CommonJS ask for `require`, which an ES module has not. */
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

function bundle(entry: string): Uint8Array {
  try {
    const { outputFiles } = buildSync({
      entryPoints: [resolve(entry)],
      write: false,
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
    const [file] = outputFiles;
    if (!file) throw new Error("There is no output.");
    return file.contents;
  } catch (error) {
    // A mistake in the worker's code: its place says more than a stack.
    throw new pulumi.RunError(
      `The worker cannot be bundled. ${String(error).replace(/^Error: /, "")}`,
    );
  }
}
