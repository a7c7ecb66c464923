import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextDigest, readContext } from "../../image/buildContext.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "context-"));
  mkdirSync(join(directory, "lib"));
  writeFileSync(join(directory, "main.mjs"), "main");
  writeFileSync(join(directory, "lib/a.mjs"), "a");
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const digest = async () => contextDigest(await readContext(directory));

describe("a build context", () => {
  it("is its files by their path in it", async () => {
    expect(
      [...(await readContext(directory))].map(([path, file]) => [path, file.toString()]),
    ).toEqual([
      ["lib/a.mjs", "a"],
      ["main.mjs", "main"],
    ]);
  });

  it("has a digest of its bytes", async () => {
    const before = await digest();

    writeFileSync(join(directory, "main.mjs"), "main");
    expect(await digest()).toBe(before);

    writeFileSync(join(directory, "main.mjs"), "Main");
    expect(await digest()).not.toBe(before);
  });

  it("has a digest of its paths, and of where one file ends and another begins", async () => {
    const files = (entries: Record<string, string>) =>
      contextDigest(new Map(Object.entries(entries).map(([path, s]) => [path, Buffer.from(s)])));

    expect(files({ a: "1" })).not.toBe(files({ b: "1" }));
    expect(files({ a: "12", b: "" })).not.toBe(files({ a: "1", b: "2" }));
  });
});
