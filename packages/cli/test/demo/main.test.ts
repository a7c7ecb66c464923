import { execFile } from "node:child_process";
import { promisify } from "node:util";

describe("npm run demo", () => {
  it("ends with 0, having delivered 100 mails, each once, and kept 3 dead letters", async () => {
    // Rejects for another exit code.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      "withNode.mjs",
      "packages/cli/main.ts",
      "demo",
    ]);

    expect(stderr).toBe("");
    expect(stdout.split("\n")[0]).toMatch(
      /^ +\d\.\d s {2}Starting a local cloud of the demo's own, beside that of 'npm start'; it ends with the demo\.$/,
    );
    expect(stdout).toMatch(/│ email +│ send-email +│ +103 │ +100 │ +10 │ 3 × permanent-error: /);
    expect(stdout).toMatch(/│ default │ send-digest │ +1 │ +1 │ +0 │ +│/);
    expect(stdout).toMatch(
      /100 mails were delivered, each once, those of the digest among them; the server refused 3 for good, which are dead letters; nothing was lost\.\n$/,
    );
  });
});
