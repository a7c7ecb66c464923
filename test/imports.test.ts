import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import {
  betweenRooms,
  graphOf,
  importsOf,
  readAllImports,
  readImports,
  wayTo,
  type Graph,
} from "./support/importGraph.ts";
import { TEAMS_OWN } from "./support/fixtureProject.ts";

const files = readImports();

/** A package's folders, with all that is in them: `packages/cloud/run`. What lies loose in it is a room too. */
function roomOf(file: string): string | undefined {
  return file.startsWith("packages/") ? dirname(file).split("/").slice(0, 3).join("/") : undefined;
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
    expect(circleIn(betweenRooms(files, roomOf))).toBe("");
  });
});

/** What the services of the local cloud share (packages/cloud/README.md). Each folder beside these is one of Google's. */
const SHARED = [
  "api",
  "server",
  "grpc",
  "control",
  "network",
  "time",
  "target",
  "data",
  "faults",
  "filter",
];

describe("In the local cloud", () => {
  const CLOUD = "packages/cloud/";
  /** `iam`; `undefined` for what puts the services together, and for the page that tells of them all. */
  const folderOf = (file: string): string | undefined => {
    const [folder, ...rest] = file.slice(CLOUD.length).split("/");
    return file.startsWith(CLOUD) && rest.length > 0 && folder !== "coverage" ? folder : undefined;
  };
  const arrows = [...betweenRooms(files, folderOf)].flatMap(([from, to]) =>
    [...to].map((one) => ({ from, to: one })),
  );

  it("nothing imports a service's folder but what puts the services together", () => {
    const toServices = arrows.filter(({ to }) => !SHARED.includes(to));

    expect(toServices.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it("every shared room is one that services import, or that serves them", () => {
    const rooms = new Set(arrows.flatMap(({ from, to }) => [from, to]));

    expect(SHARED.filter((room) => !rooms.has(room))).toEqual([]);
  });
});

/** What knows nothing of a team's files, its tests included: they say the same in every team's tree (test/adoption/). */
const KNOWS_NO_TEAM = ["packages/cloud/", "packages/google/"];

describe("The local cloud, Google's rules, and the tests of both", () => {
  const own = readdirSync("packages", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .filter((file) => !file.includes("node_modules"))
    .filter((file) => KNOWS_NO_TEAM.some((folder) => file.startsWith(folder)))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));

  it("import nothing else of this project", () => {
    const elsewhere = own.flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter((other) => !KNOWS_NO_TEAM.some((folder) => other.startsWith(folder)))
        .map((other) => `${file} → ${other}`),
    );

    expect(elsewhere).toEqual([]);
  });

  it("name no file that a team has", () => {
    const TEAM = /(?<![\w/-])(?:tasks|worker|infra)\/[\w/]+\.ts|Pulumi\.\w+\.yaml/;
    const naming = own.filter(({ text }) => TEAM.test(text)).map(({ file }) => file);

    expect(naming).toEqual([]);
  });
});

describe("What tests the machinery", () => {
  const all = readAllImports();
  const isTeams = (file: string): boolean =>
    TEAMS_OWN.some((own) => file === own || file.startsWith(`${own}/`));
  const tests = [...all.keys()].filter(
    (file) => file.endsWith(".test.ts") && !file.startsWith("test/stack/"),
  );

  it("imports nothing that is a team's own, on whatever way", () => {
    expect(tests.map((file) => wayTo(all, file, isTeams).join(" → ")).filter(Boolean)).toEqual([]);
  });

  it("is told apart from what tests the stack, which does", () => {
    expect(wayTo(all, "test/stack/stack.test.ts", isTeams)[0]).toBe("test/stack/stack.test.ts");
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
    expect(circleIn(betweenRooms(graphOf(imports), roomOf))).toBe(
      "packages/cloud/run → packages/cloud/iam → packages/cloud/run",
    );
  });
});
