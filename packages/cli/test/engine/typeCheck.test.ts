import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { teamRepository } from "../../../../test/support/teamRepository.ts";

/** A project whose program is one file, and whose tests do not compile. */
const project = (program: string) => ({
  "Pulumi.yaml": "name: team\nruntime: nodejs\n",
  "Pulumi.dev.yaml": "config:\n  gcp:region: europe-west1\n",
  "infra/tsconfig.json": JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: "nodenext", types: [] },
    include: ["."],
  }),
  "infra/index.ts": program,
  "test/broken.test.ts": "const one: number = 'a text';\n",
});

/** What `npm run preview` says there. There is no Pulumi CLI on the PATH. */
function preview(program: string, ...args: string[]) {
  using repository = teamRepository(project(program));
  return repository.run("packages/cli/main.ts", "preview", "--stack", "dev", ...args);
}

const WRONG = "export const one: number = 'a text';\n";

describe("The types of what is deployed", () => {
  let path: string | undefined;
  beforeAll(() => {
    path = process.env["PATH"];
    process.env["PATH"] = "/nonexistent";
  });
  afterAll(() => {
    process.env["PATH"] = path;
  });

  it("are checked before the engine begins", () => {
    const { status, stdout, stderr } = preview(WRONG);

    expect(stdout).toBe("");
    expect(stderr).toContain("infra/index.ts(1,14): error TS2322: Type 'string' is not");
    expect(stderr).toContain("What is deployed has type errors.");
    expect(stderr).not.toContain("Pulumi CLI");
    expect(status).toBe(1);
  });

  it("are all that is checked: a test that does not compile stops nothing", () => {
    const { stderr } = preview("export const one: number = 1;\n");

    expect(stderr).toBe(
      "The Pulumi CLI is not on the PATH. Install it: https://www.pulumi.com/docs/install/\n",
    );
  });

  it("are not checked with --no-type-check, nor for --help", () => {
    expect(preview(WRONG, "--no-type-check").stderr).toContain(
      "The Pulumi CLI is not on the PATH.",
    );
    expect(preview(WRONG, "--help")).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("A login to the backend", () => {
  /** Has the Pulumi CLI answer so when it is asked who is logged in; of anything else it prints what it is given. */
  function previewWithCli(whoami: string, program: string) {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-"));
    const script = `#!/bin/sh\nif [ "$1" = whoami ]; then ${whoami}; fi\necho "pulumi $1 runs"\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${folder}${delimiter}${path}`;
    try {
      return preview(program);
    } finally {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
    }
  }

  const NO_LOGIN =
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions";

  it("that is missing is said before the types are checked", () => {
    expect(previewWithCli(`echo '${NO_LOGIN}' >&2; exit 3`, WRONG)).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Nobody is logged in to the backend that keeps the state\. Run 'pulumi login <backend>',/,
      ),
    });
  });

  it("is not waited for, and what else is wrong with it is the command's own to say", () => {
    for (const whoami of ["exec sleep 600", "echo 'error: no network' >&2; exit 255", "exit 0"]) {
      const program = "export const one: number = 1;\n";
      const { status, stdout } = previewWithCli(whoami, program);

      expect({ status, stdout }).toEqual({ status: 0, stdout: "pulumi preview runs\n" });
    }
  });
});
