import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { BUNDLE_FILE, sourceMapFile } from "./buildContext.ts";

export interface BundleArgs {
  /** The worker's entry point, `worker/main.ts`. */
  entry: string;
  dockerfile: string;
  /** The build context. It will hold the bundle and the Dockerfile, and nothing else. */
  directory: string;
}

/**
 * Makes the worker's build context: its code, bundled to one file, and its Dockerfile. The same code always
 * makes the same bytes, and comments are not part of it, so that an image changes only with what it does. The bundle's
 * source map goes where `sourceMapFile` says.
 */
export function bundleWorker({ entry, dockerfile, directory }: BundleArgs): void {
  const { code, map } = bundle(entry);
  const files = new Map([
    [BUNDLE_FILE, code],
    ["Dockerfile", readFileSync(dockerfile)],
  ]);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (!files.has(name)) rmSync(join(directory, name), { recursive: true });
  }
  for (const [name, content] of files) put(join(directory, name), content);
  const mapFile = sourceMapFile(directory, code);
  mkdirSync(dirname(mapFile), { recursive: true });
  put(mapFile, map);
  forgetOldMaps(dirname(mapFile));
}

/** Keeps the maps of what may still run. */
function forgetOldMaps(folder: string): void {
  const newestFirst = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((one, two) => two.time - one.time);
  for (const { path } of newestFirst.slice(KEPT_MAPS)) rmSync(path, { force: true });
}

const KEPT_MAPS = 20;

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

function bundle(entry: string): { readonly code: Uint8Array; readonly map: Uint8Array } {
  try {
    const { outputFiles } = buildSync({
      entryPoints: [resolve(entry)],
      write: false,
      // The bundle holds the paths of modules, and errors tell them: both from the project's root.
      absWorkingDir: resolve(entry, "../.."),
      outfile: BUNDLE_FILE,
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      banner: { js: REQUIRE },
      minifyWhitespace: true,
      // Names are kept: they are what a stack trace shows.
      minifySyntax: true,
      legalComments: "none",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
    });
    const [map, code] = outputFiles;
    if (!map || !code) throw new Error("There is no output.");
    return { code: code.contents, map: map.contents };
  } catch (error) {
    // A mistake in the worker's code: its place says more than a stack.
    const message = String(error).replace(/^Error: /, "");
    throw new pulumi.RunError(`The worker cannot be bundled. ${message}${remedyFor(message)}`);
  }
}

/** How to get the packages that are missing. */
function remedyFor(message: string): string {
  const missing = [...message.matchAll(/Could not resolve "((?:@[^"/]+\/)?[^"./][^"/]*)/g)];
  const packages = new Set(missing.map(([, name = ""]) => name));
  if (packages.size === 0) return "";
  return `\nInstall it: npm install --workspace worker/handlers ${[...packages].join(" ")}`;
}
