import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * What a build context was made of, and what it holds. While all of that is as it was, bundling would make the same
 * again.
 */
export interface BundleRecord {
  /** How it was made. */
  readonly how: string;
  /** The files' names in the build context. */
  readonly names: readonly string[];
  /** What was read and what was written, by its path: a SHA-256 of the content; null where there was no such file. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** What is bundled, and how. */
export interface Bundling {
  /** The build context. */
  readonly directory: string;
  /** The folder that esbuild's paths begin at. */
  readonly root: string;
  /** The options and the version of esbuild. */
  readonly how: string;
}

/** Where the record of a build context is kept: beside it and no part of it. */
export function recordFile(directory: string): string {
  return `${directory}.made.json`;
}

/** Whether the build context is what bundling would make now. */
export function isUpToDate({ directory, how }: Bundling): boolean {
  const record = readRecord(recordFile(directory));
  return (
    record?.how === how &&
    namesIn(directory).join("/") === record.names.join("/") &&
    Object.entries(record.files).every(([path, hash]) => hashOf(path) === hash)
  );
}

/**
 * The record of what has been bundled since `startedAt`, in milliseconds since the epoch; `undefined` where a file may
 * have been written meanwhile, so that nobody knows which of its contents is in the bundle. `sources` are what was
 * read, from `root`; `written` what was made of it.
 */
export function recordOf(
  { directory, root, how }: Bundling,
  startedAt: number,
  sources: readonly string[],
  written: readonly string[],
): BundleRecord | undefined {
  const read = [...sources.map((path) => join(root, path)), ...whatDecides(root, sources)];
  // Some file systems know whole seconds. The time of a change, unlike that of the content, nobody sets.
  if (read.some((path) => changedAt(path) >= startedAt - 1000)) return undefined;
  const paths = [...read, ...written].map((path) => resolve(path));
  return {
    how,
    names: namesIn(directory),
    files: Object.fromEntries(paths.map((path) => [path, hashOf(path)])),
  };
}

/** What decides which files the sources are: which packages there are, and what each exports. */
function whatDecides(root: string, sources: readonly string[]): string[] {
  const folders = new Set(sources.flatMap((path) => foldersAbove(join(root, path))));
  return [
    ...["infra/bundle.ts", "infra/bundleRecord.ts"].map((name) => join(root, name)),
    ...["tsconfig.json", "package-lock.json"].map((name) => join(root, name)),
    join(root, "worker/handlers/package.json"),
    ...[...folders]
      .map((folder) => join(folder, "package.json"))
      .filter((path) => existsSync(path)),
  ];
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

function readRecord(file: string): BundleRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as BundleRecord;
  } catch {
    // There is none yet, or what is there was cut off: it is made anew.
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

function hashOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}
