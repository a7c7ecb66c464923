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
    expect(stderr).toContain("What is deployed has type errors: nothing was changed.");
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
