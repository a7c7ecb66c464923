import { browserPath } from "../../pictures/browser.ts";

const path = browserPath();

/**
 * Tests with a real browser. Where there is none they are skipped, with a word, unless `BROWSER_TESTS=required` says that
 * there is to be one: `apt-get install chromium`.
 */
export const describeWithBrowser: jest.Describe =
  path !== undefined || process.env["BROWSER_TESTS"] === "required" ? describe : describe.skip;

if (path === undefined) process.stderr.write("There is no chromium: its tests are skipped.\n");
