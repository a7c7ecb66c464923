import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  type Dirent,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * What a build context was made of, and what it holds. While all of that is as it was, bundling would make the same
 * again.
 */
export interface BundleRecord {
  /** How it was made, and where. */
  readonly how: string;
  /** The files' names in the build context. */
  readonly names: readonly string[];
  /** What was read and what was written, by its path: a SHA-256 of the content; null where there was no such file. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Where files were looked for, by its path: a SHA-256 of the names there. */
  readonly folders: Readonly<Record<string, string>>;
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

/** When a bundling began. */
export interface Beginning {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** By a clock that nobody sets, in milliseconds. */
  readonly ticks: number;
}

/** Where the record of a build context is kept: beside it and no part of it. */
export function recordFile(directory: string): string {
  return `${directory}.made.json`;
}

/** Whether the build context is what bundling would make now. */
export function isUpToDate({ directory, how }: Bundling): boolean {
  const record = readRecord(recordFile(directory));
  return (
    record?.how === howAndWhere(directory, how) &&
    namesIn(directory).join("/") === record.names.join("/") &&
    Object.entries(record.files).every(([path, hash]) => hashOf(path) === hash) &&
    Object.entries(record.folders).every(([path, hash]) => namesHash(path) === hash)
  );
}

/** What was read for a bundling, and where it was looked for. */
export type WhatWasRead = Pick<BundleRecord, "files" | "folders">;

/**
 * What a bundling that has just ended has read: `sources`, from `root`, and `others`. `undefined` where something of
 * it may have been changed meanwhile, so that nobody knows which of its contents is in the bundle.
 */
export function whatWasRead(
  root: string,
  began: Beginning,
  sources: readonly string[],
  others: readonly string[],
): WhatWasRead | undefined {
  const paths = sources.map((path) => join(root, path));
  // One with a query ('./mail.ts?again') has a name that is no file's.
  if (!paths.every((path) => existsSync(path))) return undefined;
  const above = [...new Set(paths.flatMap(foldersAbove))];
  const files = [...paths, ...others, ...above.flatMap(whatDecidesIn)];
  const folders = [
    ...new Set(paths.map((path) => treeOf(root, path))),
    ...above.map((folder) => join(folder, "node_modules")),
  ];
  const read = {
    files: Object.fromEntries(files.map((path) => [path, hashOf(path)])),
    folders: Object.fromEntries(folders.map((path) => [path, namesHash(path)])),
  };
  // Last: what is changed from here on is found by its hash.
  const since = began.at - 1000 - (performance.now() - began.ticks);
  const changed = [...files, ...folders.flatMap(foldersIn)].some(
    (path) => changedAt(path) >= since,
  );
  return changed || Date.now() < began.at ? undefined : read;
}

/** The record of a build context; `written` is what was put into it and beside it, by its path. */
export function recordOf(
  { directory, how }: Bundling,
  read: WhatWasRead,
  written: ReadonlyMap<string, Uint8Array>,
): BundleRecord {
  // Not what is there now: it may be what another process has put there since.
  const outputs = [...written].map(([path, content]) => [resolve(path), sha256(content)] as const);
  return {
    how: howAndWhere(directory, how),
    names: namesIn(directory),
    files: { ...read.files, ...Object.fromEntries(outputs) },
    folders: read.folders,
  };
}

/** A record is of one place: a folder that was copied has it too. */
function howAndWhere(directory: string, how: string): string {
  return `${resolve(directory)} ${how}`;
}

/** What a folder above a source says of packages, be it there or not. */
function whatDecidesIn(folder: string): string[] {
  return ["package.json", ".pnp.cjs", ".pnp.js", ".pnp.data.json"].map((name) =>
    join(folder, name),
  );
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

/** The folder about a source in which a new file may take another's place: its package, or its part of the project. */
function treeOf(root: string, path: string): string {
  const folders = foldersAbove(path);
  const found = folders.find((folder) => existsSync(join(folder, "package.json"))) ?? dirname(path);
  return found === root ? (folders[folders.indexOf(root) - 1] ?? root) : found;
}

/** A tree's folders; of a `node_modules` those that hold packages, whose trees are their own. */
function foldersIn(folder: string): string[] {
  const within = entriesOf(folder).filter((entry) => entry.isDirectory());
  return [
    folder,
    ...(basename(folder) === "node_modules"
      ? within.filter(({ name }) => name.startsWith("@")).map(({ name }) => join(folder, name))
      : within
          .filter(({ name }) => name !== "node_modules")
          .flatMap(({ name }) => foldersIn(join(folder, name)))),
  ];
}

/** Of what `folder` and the folders in it hold: names, and where a link leads. */
function namesHash(folder: string): string {
  const names = foldersIn(folder).flatMap((path) =>
    entriesOf(path).map((entry) => {
      const place = join(path, entry.name);
      return entry.isSymbolicLink() ? `${place} -> ${readlinkSync(place)}` : place;
    }),
  );
  return sha256(Buffer.from(names.sort().join("\n")));
}

/** None of a folder that is not there, or is a file. */
function entriesOf(folder: string): Dirent[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
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
  if (!existsSync(path)) return null;
  try {
    return sha256(readFileSync(path));
  } catch {
    return null;
  }
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function changedAt(path: string): number {
  // The time of a change, unlike that of the content, nobody sets. Some file systems know whole seconds.
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}
