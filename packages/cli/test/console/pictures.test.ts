import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describeWithBrowser } from "../support/browser.ts";

/** The pictures, and how high each is. */
const HEIGHTS: Readonly<Record<string, number>> = {
  "console-dead-letters.png": 900,
  "console-overview.png": 1120,
  "console-task.png": 840,
};
const PICTURES = Object.keys(HEIGHTS);

/** Width and height of a PNG, and its size in bytes. */
function measured(path: string): readonly [width: number, height: number, bytes: number] {
  const png = readFileSync(path);
  return [png.readUInt32BE(16), png.readUInt32BE(20), png.length];
}

describe("The console's pictures", () => {
  it.each(["README.md", "docs/console.md"])("are where %s shows them", (document) => {
    const shown = [...readFileSync(document, "utf8").matchAll(/!\[[^\]]*\]\(([^)]+\.png)\)/g)];

    for (const [, path = ""] of shown) expect(existsSync(join(dirname(document), path))).toBe(true);
  });

  it("are all shown in docs/console.md, and light", () => {
    const text = readFileSync("docs/console.md", "utf8");

    expect(readdirSync("docs/pictures")).toEqual(PICTURES);
    for (const name of PICTURES) {
      expect(text).toContain(`](pictures/${name})`);
      expect(measured(join("docs/pictures", name))[2]).toBeLessThan(150_000);
    }
  });
});

describeWithBrowser("npm run console:docs", () => {
  it("writes them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pictures-"));
    try {
      await promisify(execFile)(process.execPath, [
        "withNode.mjs",
        "packages/cli/pictures/writePictures.ts",
        folder,
      ]);

      expect(readdirSync(folder)).toEqual(PICTURES);
      for (const name of PICTURES) {
        const [width, height, bytes] = measured(join(folder, name));
        expect([width, height]).toEqual([1100, HEIGHTS[name]]);
        expect(bytes).toBeGreaterThan(30_000);
        expect(bytes).toBeLessThan(150_000);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
