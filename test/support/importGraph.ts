import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import ts from "typescript/lib/typescript.js";

/** What each of them imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const OURS = "@background-tasks/";

/** The folders at the top with code of this project. A team may have others. */
export const FOLDERS = ["tasks", "worker", "infra", "policy", "packages", "bootstrap", "bench"];

/** What is installed, what tests, and what is the team's own. */
const LEFT_OUT = ["node_modules", "test", "handlers"];

/** The files of those folders that are not left out, and what they import of each other. */
export function readImports(): Graph {
  return importsIn(FOLDERS, LEFT_OUT);
}

/** The same of all files, those of tests and of a team among them. */
export function readAllImports(): Graph {
  return importsIn([...FOLDERS, "test"], ["node_modules"]);
}

function importsIn(folders: readonly string[], leftOut: readonly string[]): Graph {
  const sourcesIn = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return /\.tsx?$/.test(path) ? [path] : [];
      return leftOut.includes(entry.name) ? [] : sourcesIn(path);
    });
  const files = folders.flatMap(sourcesIn);
  return new Map(files.map((file) => [file, new Set(importsOf(file, readFileSync(file, "utf8")))]));
}

/** The way from a file to the first that is one of those, over what is imported; empty if there is none. */
export function wayTo(graph: Graph, from: string, isOne: (file: string) => boolean): string[] {
  const ways = new Map([[from, [from]]]);
  for (const [file, way] of ways) {
    if (isOne(file)) return way;
    for (const next of graph.get(file) ?? []) {
      if (!ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return [];
}

/** The files of ours that a file imports: their types and, later, by `import()` too. */
export function importsOf(file: string, text: string): string[] {
  const names = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  return names.flatMap((name) => {
    if (name.startsWith(".")) return [join(dirname(file), name)];
    return name.startsWith(OURS) ? [name.replace(OURS, "packages/")] : [];
  });
}

/** A graph with an arrow for each pair. */
export function graphOf(arrows: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of arrows) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  return graph;
}

/** The arrows from one file to another, as arrows between the rooms that the files are in. */
export function betweenRooms(graph: Graph, roomOf: (file: string) => string | undefined): Graph {
  const arrows: (readonly [string, string])[] = [];
  for (const [file, imported] of graph) {
    for (const other of imported) {
      const [from, to] = [roomOf(file), roomOf(other)];
      if (from !== undefined && to !== undefined && from !== to) arrows.push([from, to]);
    }
  }
  return graphOf(arrows);
}
