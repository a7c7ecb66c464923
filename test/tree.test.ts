import { readFileSync } from "node:fs";
import { z } from "zod";
import { betweenRooms, FOLDERS, graphOf, readImports, type Graph } from "./support/importGraph.ts";

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

const files = readImports();

/** A folder at the top, or a package: what may be imported from each other. */
function roomOf(file: string): string | undefined {
  const [top = "", second] = file.split("/");
  if (!FOLDERS.includes(top)) return undefined;
  return top === "packages" ? second : top;
}

/** The rooms that `.ci/run` runs, by npm's scripts. */
function runByCi(): (readonly [string, string])[] {
  const names = readFileSync(".ci/run", "utf8").matchAll(/npm run (?:--silent )?([\w:-]+)/g);
  return [...names].flatMap(([, name = ""]) => {
    const room = roomOf(/withNode\.mjs (\S+)/.exec(scripts[name] ?? "")?.[1] ?? "");
    return room === undefined ? [] : [[".ci", room] as const];
  });
}

/** The rooms by floors, from the ground up: each as low as what it needs lets it be. */
function floorsOf(rooms: readonly string[], needs: Graph): string[][] {
  const floors: string[][] = [];
  const below = new Set<string>();
  while (below.size < rooms.length) {
    const floor = rooms.filter(
      (room) => !below.has(room) && [...(needs.get(room) ?? [])].every((one) => below.has(one)),
    );
    if (floor.length === 0) throw new Error("The rooms go round in a circle.");
    floors.push(floor.sort());
    for (const room of floor) below.add(room);
  }
  return floors;
}

/** A line a room, the highest floor first: `2  infra  ──▶ tasks, google`. */
function drawing(floors: readonly (readonly string[])[], needs: Graph): string {
  const order = floors.toReversed().flat();
  return floors
    .flatMap((floor, n) =>
      floor.map((room, i) => {
        const arrows = order.filter((other) => needs.get(room)?.has(other));
        const to = arrows.length === 0 ? "" : `──▶ ${arrows.join(", ")}`;
        return { n, line: `${i === 0 ? n : " "}  ${room.padEnd(10)}${to}`.trimEnd() };
      }),
    )
    .sort((a, b) => b.n - a.n)
    .map(({ line }) => line)
    .join("\n");
}

/** The block of ARCHITECTURE.md below this heading. */
function drawn(heading: string): string {
  const [, section = ""] = readFileSync("ARCHITECTURE.md", "utf8").split(`\n${heading}\n`);
  return /```text\n([\s\S]*?)\n```/.exec(section)?.[1] ?? "";
}

describe("The tree", () => {
  const rooms = [".ci", ...new Set([...files.keys()].flatMap((file) => roomOf(file) ?? []))];
  const imports = betweenRooms(files, roomOf);
  const needs = new Map([...imports, ...graphOf(runByCi())]);
  const floors = floorsOf(rooms, needs);

  it("is as ARCHITECTURE.md draws it", () => {
    expect(drawn("### Floors")).toBe(drawing(floors, needs));
  });

  it("is seen at a glance: at most 15 rooms, on at most 7 floors", () => {
    expect(rooms.length).toBeLessThanOrEqual(15);
    expect(floors.length).toBeLessThanOrEqual(7);
  });
});

describe("A floor", () => {
  it("is the lowest from which all arrows go down", () => {
    const needs = graphOf([
      ["roof", "ground"],
      ["roof", "attic"],
      ["attic", "ground"],
    ]);

    const floors = floorsOf(["attic", "ground", "roof", "shed"], needs);

    expect(floors).toEqual([["ground", "shed"], ["attic"], ["roof"]]);
    expect(drawing(floors, needs)).toBe(
      ["2  roof      ──▶ attic, ground", "1  attic     ──▶ ground", "0  ground", "   shed"].join(
        "\n",
      ),
    );
  });

  it("is not for a room of a circle", () => {
    const needs = graphOf([
      ["a", "b"],
      ["b", "a"],
    ]);

    expect(() => floorsOf(["a", "b"], needs)).toThrow("The rooms go round in a circle.");
  });
});
