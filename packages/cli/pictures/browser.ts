import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser of this machine; `undefined` where there is none. */
export function browserPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
}

/** Starts the browser of this machine, unseen. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error(`None of ${NAMES.join(", ")} is in PATH.`);
  const { chromium } = await import("playwright-core");
  // The sandbox needs rights that a container has not, and no page but ours is opened.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
