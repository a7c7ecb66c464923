import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser of this machine; `undefined` where there is none. */
function browserPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
}

const path = browserPath();

/**
 * Tests with a real browser. Where there is none they are skipped, with a word, unless `BROWSER_TESTS=required` says that
 * there is to be one: `apt-get install chromium`.
 */
export const describeWithBrowser: jest.Describe =
  path !== undefined || process.env["BROWSER_TESTS"] === "required" ? describe : describe.skip;

if (path === undefined) process.stderr.write("There is no chromium: its tests are skipped.\n");

export async function startBrowser(): Promise<Browser> {
  if (path === undefined) throw new Error(`None of ${NAMES.join(", ")} is in PATH.`);
  // The sandbox needs rights that a container has not, and no page but ours is opened.
  return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
}
