import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import ts from "typescript/lib/typescript.js";

/** What each of them imports. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const OURS = "@background-tasks/";
const FOLDERS = ["tasks", "worker", "infra", "policy", "packages", "bootstrap", "bench"];

/** What is installed, what tests, and what is the team's own. */
const LEFT_OUT = ["node_modules", "test", "handlers"];

const files = graphOf(
  FOLDERS.flatMap(sourcesIn).flatMap((file) =>
    importsOf(file, readFileSync(file, "utf8")).map((imported) => [file, imported] as const),
  ),
);

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.includes(entry.name) ? [] : sourcesIn(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** The files of ours that a file imports: their types and, later, by `import()` too. */
function importsOf(file: string, text: string): string[] {
  const names = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  return names.flatMap((name) => {
    if (name.startsWith(".")) return [join(dirname(file), name)];
    return name.startsWith(OURS) ? [name.replace(OURS, "packages/")] : [];
  });
}

function graphOf(imports: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of imports) {
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

/** A package's folders, with all that is in them: `packages/cloud/run`. What lies loose in it is a room too. */
function roomsOf(graph: Graph): Graph {
  const roomOf = (file: string): string => dirname(file).split("/").slice(0, 3).join("/");
  return graphOf(
    [...graph]
      .filter(([from]) => from.startsWith("packages/"))
      .flatMap(([from, to]) => [...to].map((one) => [roomOf(from), roomOf(one)] as const))
      .filter(([from, to]) => from !== to),
  );
}

/** A way that ends where it began, if there is one. */
function circleIn(graph: Graph): string {
  const left = new Map(graph);
  const nextOf = (node: string): string | undefined =>
    [...(left.get(node) ?? [])].find((one) => left.has(one));
  // From a node on a circle one always gets on.
  for (let before = Infinity; left.size < before;) {
    before = left.size;
    for (const node of left.keys()) if (nextOf(node) === undefined) left.delete(node);
  }
  const way: string[] = [];
  let node = [...left.keys()][0];
  while (node !== undefined && !way.includes(node)) {
    way.push(node);
    node = nextOf(node);
  }
  return node === undefined ? "" : [...way.slice(way.indexOf(node)), node].join(" → ");
}

describe("The imports", () => {
  it("go in no circle from file to file", () => {
    expect(circleIn(files)).toBe("");
  });

  it("go in no circle from room to room of a package", () => {
    expect(circleIn(roomsOf(files))).toBe("");
  });
});

describe("A circle", () => {
  it("is found whichever way a file is imported", () => {
    const text = `
      import a, { type A } from "./a.ts";
      import type { B } from "../b.ts";
      export type { C } from "@background-tasks/google/c.ts";
      const d = await import("./d.ts");
      type E = import("./e.ts").E;
      import { z } from "zod";
    `;

    expect(importsOf("infra/config/config.ts", text)).toEqual([
      "infra/config/a.ts",
      "infra/b.ts",
      "packages/google/c.ts",
      "infra/config/d.ts",
      "infra/config/e.ts",
    ]);
  });

  it("is told as the way around it", () => {
    const imports: (readonly [string, string])[] = [
      ["packages/cloud/run/a.ts", "packages/cloud/run/b.ts"],
      ["packages/cloud/run/b.ts", "packages/cloud/iam/c.ts"],
      ["packages/cloud/iam/c.ts", "packages/cloud/iam/d.ts"],
      ["packages/cloud/iam/d.ts", "packages/cloud/run/b.ts"],
    ];

    expect(circleIn(graphOf(imports))).toBe(
      "packages/cloud/run/b.ts → packages/cloud/iam/c.ts → packages/cloud/iam/d.ts → packages/cloud/run/b.ts",
    );
    expect(circleIn(roomsOf(graphOf(imports)))).toBe(
      "packages/cloud/run → packages/cloud/iam → packages/cloud/run",
    );
  });
});
