import { browserPath } from "../../pictures/browser.ts";

const path = browserPath();
const asked = process.env["BROWSER_TESTS"];

/**
 * Tests with a real browser. Where there is none they are skipped, with a word, unless `BROWSER_TESTS=required` says that
 * there is to be one: `apt-get install chromium`. With `BROWSER_TESTS=none` they are skipped in any case.
 */
export const describeWithBrowser: jest.Describe =
  asked === "required" || (path !== undefined && asked !== "none") ? describe : describe.skip;

if (path === undefined) process.stderr.write("There is no chromium: its tests are skipped.\n");
