import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { ProjectCopy } from "../support/projectCopy.ts";

/** In the place of the Pulumi CLI: one that takes its time to end, and says when it has. */
const CLI = `#!/bin/sh
trap 'sleep 0.5; echo "the state is written" >&2; exit 255' INT TERM
echo started
for i in 1 2 3 4 5 6 7 8 9; do sleep 1; done
`;

describe("A command of the engine that is interrupted", () => {
  const copy = new ProjectCopy();
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  writeFileSync(join(folder, "pulumi"), CLI, { mode: 0o755 });

  afterAll(() => {
    copy[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  it.each([
    { by: "Control-C in its terminal", signal: "SIGINT", isToAll: true },
    { by: "a signal to itself alone", signal: "SIGTERM", isToAll: false },
  ] as const)("ends after the CLI, by $by", async ({ signal, isToAll }) => {
    const child = spawn(
      process.execPath,
      [resolve("packages/cli/main.ts"), "refresh", "--no-type-check", "--stack", "dev"],
      {
        cwd: copy.directory,
        env: { ...process.env, ...copy.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    await once(child.stdout, "data");

    process.kill(isToAll ? -child.pid! : child.pid!, signal);

    expect(await once(child, "exit")).toEqual([1, null]);
    expect(errors).toContain("the state is written");
  });
});
