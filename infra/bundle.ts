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
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { buildSync, version, type BuildOptions, type Metafile, type OutputFile } from "esbuild";
import { sourceMapFile, sourceMapFolder } from "./buildContext.ts";
import { isUpToDate, recordFile, recordOf, whatWasRead, type Bundling } from "./bundleRecord.ts";

export interface BundleArgs {
  /** The worker's entry point, `worker/main.ts`. */
  entry: string;
  dockerfile: string;
  /** The build context. It will hold the bundle's files and the Dockerfile, and nothing else. */
  directory: string;
}

/**
 * Makes the worker's build context: its code, bundled to `main.mjs`, and its Dockerfile. What the code takes by
 * `import()` is in files of its own, which a start does not read. The same code always makes the same bytes, and
 * comments are not part of it, so that an image changes only with what it does. The source maps go where
 * `sourceMapFile` says. Where it would be what is there already, nothing is made.
 */
export function bundleWorker({ entry, dockerfile, directory }: BundleArgs): void {
  const options = optionsFor(entry);
  const bundling: Bundling = {
    directory,
    root: options.absWorkingDir,
    how: JSON.stringify([version, options, dockerfile]),
  };
  if (isUpToDate(bundling)) return;
  const began = { at: Date.now(), ticks: performance.now() };
  const { files: bundled, sources } = bundle(options);
  const files = new Map<string, Uint8Array>([
    ...bundled.map(({ name, code }) => [name, code] as const),
    ["Dockerfile", readFileSync(dockerfile)],
  ]);
  const read = whatWasRead(bundling.root, began, sources, [resolve(dockerfile), ...OWN_FILES]);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (!files.has(name)) rmSync(join(directory, name), { recursive: true });
  }
  const put = (path: string, content: Uint8Array): void => {
    replace(path, content, dirname(directory));
  };
  const context = new Map([...files].map(([name, content]) => [join(directory, name), content]));
  for (const [path, content] of context) put(path, content);
  mkdirSync(sourceMapFolder(directory), { recursive: true });
  const maps = new Map(bundled.map(({ code, map }) => [sourceMapFile(directory, code), map]));
  for (const [path, map] of maps) put(path, map);
  forgetMaps(sourceMapFolder(directory), maps);
  if (!read) return;
  const record = recordOf(bundling, read, new Map([...context, ...maps]));
  put(recordFile(directory), Buffer.from(JSON.stringify(record)));
}

/** What makes the bundle out of esbuild's. */
const OWN_FILES = ["bundle.ts", "bundleRecord.ts", "buildContext.ts"].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** Keeps the maps of what is bundled now, and of what may still run. */
function forgetMaps(folder: string, current: ReadonlyMap<string, unknown>): void {
  const newestFirst = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => !current.has(path))
    .map((path) => ({ path, time: statSync(path).mtimeMs }))
    .sort((one, two) => two.time - one.time);
  for (const { path } of newestFirst.slice(KEPT_MAPS)) rmSync(path, { force: true });
}

const KEPT_MAPS = 20;

/** Writes a file at once or not at all, by way of `folder`: another run of the program may be reading it. */
function replace(path: string, content: Uint8Array, folder: string): void {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  const written = join(folder, `.${basename(path)}-${process.pid}`);
  writeFileSync(written, content);
  renameSync(written, path);
}

/**
 * What each file begins with. Packages in CommonJS ask for `require`, which an ES module has not; and of one that is
 * in a file of its own, esbuild exports the default alone, where Node's `import()` gives its names too
 * (https://github.com/evanw/esbuild/issues/3245).
 */
const BANNER = [
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  "const __lazy=file=>import(file).then(({default:it})=>({...it,default:it}));",
].join("");

/** A file of the bundle. */
interface Bundled {
  readonly name: string;
  readonly code: Buffer;
  readonly map: Buffer;
}

function optionsFor(entry: string) {
  return {
    entryPoints: { main: resolve(entry) },
    write: false,
    // The bundle holds the paths of modules, and errors tell them: both from the project's root.
    absWorkingDir: resolve(entry, "../.."),
    outdir: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: BANNER },
    minifyWhitespace: true,
    // Names are kept: they are what a stack trace shows.
    minifySyntax: true,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    // Node reads no tsconfig.json, and nor does esbuild: else each that one extends would be a part of the bundle.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    metafile: true,
    logLevel: "silent",
  } as const satisfies BuildOptions;
}

function bundle(options: ReturnType<typeof optionsFor>): {
  readonly files: readonly Bundled[];
  readonly sources: readonly string[];
} {
  try {
    const { outputFiles, metafile } = buildSync(options);
    return { files: bundledFiles(outputFiles, metafile), sources: Object.keys(metafile.inputs) };
  } catch (error) {
    // A mistake in the worker's code: its place says more than a stack.
    const message = String(error).replace(/^Error: /, "");
    throw new pulumi.RunError(`The worker cannot be bundled. ${message}${remedyFor(message)}`);
  }
}

/**
 * The files of a bundle. Two things are put into esbuild's text, each in the place of as many letters, so that the
 * source maps stay true: `__lazy` for the `import` of a file that holds CommonJS, and a number for the hash in a file's
 * name, which is of the source map too, so of comments.
 */
function bundledFiles(
  outputs: readonly OutputFile[],
  { inputs, outputs: facts }: Metafile,
): Bundled[] {
  const texts = new Map(outputs.map(({ path, text }) => [basename(path), text]));
  const names = [...texts.keys()].filter((name) => name.endsWith(".mjs"));
  const changes = names.flatMap((name, n): [string, string][] => {
    const isCommonJs = inputs[facts[name]?.entryPoint ?? ""]?.format === "cjs";
    return [
      ...(isCommonJs ? [[`import("./${name}"`, `__lazy("./${name}"`] as [string, string]] : []),
      [name, name.replace(HASH, `-${String(n).padStart(8, "0")}.mjs`)],
    ];
  });
  const change = (text: string): string =>
    changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  return names.map((name) => ({
    name: change(name),
    code: Buffer.from(change(texts.get(name) ?? "")),
    map: Buffer.from(texts.get(`${name}.map`) ?? ""),
  }));
}

const HASH = /-[A-Z0-9]{8}\.mjs$/;

/** How to get the packages that are missing. */
function remedyFor(message: string): string {
  const missing = [...message.matchAll(/Could not resolve "((?:@[^"/]+\/)?[^"./][^"/]*)/g)];
  const packages = new Set(missing.map(([, name = ""]) => name));
  if (packages.size === 0) return "";
  return `\nInstall it: npm install --workspace worker/handlers ${[...packages].join(" ")}`;
}
