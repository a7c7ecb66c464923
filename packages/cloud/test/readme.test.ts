import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";

/** The block of code in a section of the local cloud's README. */
function exampleOf(section: string): string {
  const [, rest = ""] = readFileSync("packages/cloud/README.md", "utf8").split(`\n## ${section}\n`);
  return /```js\n([\s\S]*?)```/.exec(rest)?.[1] ?? "";
}

describe("The example of a test in the local cloud's README", () => {
  it("runs, and holds", async () => {
    // As if it were a file of this project, which has the package installed.
    const child = spawn(process.execPath, ["--test-reporter=tap", "--input-type=module"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(exampleOf("In tests"));

    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);

    expect(output).toContain("# pass 1");
    expect(code).toBe(0);
  });
});
