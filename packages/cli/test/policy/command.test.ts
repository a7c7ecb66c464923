import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { copyFixtureProject } from "../../../../test/support/fixtureProject.ts";

const COMMAND = resolve("packages/cli/main.ts");
const directory = mkdtempSync(join(tmpdir(), "policy-"));
copyFixtureProject(directory);
for (const file of readdirSync(directory)) {
  if (/^Pulumi\..+\.yaml$/.test(file)) rmSync(join(directory, file));
}
symlinkSync(resolve("node_modules"), join(directory, "node_modules"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs `npm run policy` where the only stack is `only`, with these settings. */
function run(settings: Record<string, unknown>, args: readonly string[] = []) {
  const config = { "gcp:project": "my-project", "gcp:region": "europe-west1", ...settings };
  writeFileSync(join(directory, "Pulumi.only.yaml"), JSON.stringify({ config }));
  return spawnSync("node", [COMMAND, "policy", ...args], { cwd: directory, encoding: "utf8" });
}

describe("npm run policy", () => {
  it("ends with 0 where the program keeps the rules", () => {
    const { status, stdout } = run({});

    expect(stdout).toBe(
      "only: 56 resources keep all 43 rules. Pulumi.only.yaml has no readable 'background-tasks:settings.mailFrom', " +
        "'background-tasks:settings.smtpUrl': examples stood in.\n",
    );
    expect(status).toBe(0);
  });

  it("ends with 1 where the program breaks one, and says so in JSON", () => {
    const { status, stdout } = run({ "background-tasks:registryHost": "registry.example.com" }, [
      "--json",
    ]);

    const image = `registry.example.com/my-project/only-worker/worker@sha256:${"0a".repeat(32)}`;
    expect(JSON.parse(stdout)).toEqual({
      stacks: [
        {
          stack: "only",
          resources: 56,
          violations: [
            {
              rule: "image-from-own-registry",
              severity: "mandatory",
              resource: "Service 'worker'",
              message:
                `Service 'worker' has image '${image}'; copy it to Artifact Registry in project 'my-project', or add ` +
                "its registry to the rule's setting 'registries'.",
            },
          ],
          filledIn: ["background-tasks:settings.mailFrom", "background-tasks:settings.smtpUrl"],
        },
      ],
    });
    expect(status).toBe(1);
  });

  it("ends with 1 where the configuration has a problem, and tells it without a stack", () => {
    const { status, stdout } = run({ "background-tasks:workerConcurrency": 0 });

    expect(stdout).toContain(
      "only: the program cannot be evaluated. The configuration of stack 'only' has a problem.",
    );
    expect(stdout).toContain(
      "'workerConcurrency' is '0'; Cloud Run allows a whole number from 1 to 1000.",
    );
    expect(stdout).not.toContain("    at ");
    expect(status).toBe(1);
  });

  it("names what is wrong in the stack's configuration of the policy", () => {
    const file = join(directory, "PulumiPolicy.only.json");
    writeFileSync(file, `{"deletion-protected":{"required":"no"}}`);
    const { status, stderr } = run({});
    rmSync(file);

    expect(stderr).toBe(
      `PulumiPolicy.only.json: 'deletion-protected.required' is '"no"'; it must be a boolean.\n`,
    );
    expect(status).toBe(1);
  });

  it("puts an example in the place of a value that is encrypted", () => {
    const { status } = run({ "background-tasks:settings": { smtpUrl: { secure: "v1:abc" } } });

    expect(status).toBe(0);
  });

  it.each([
    [
      ["--deployed"],
      "'--deployed' needs '--stack': which stack is it?\n'npm run policy -- --help' says what it takes.\n",
    ],
    [
      ["--local"],
      "'--local' is for '--deployed'.\n'npm run policy -- --help' says what it takes.\n",
    ],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = run({}, args);

    expect(stderr).toBe(message);
    expect(status).toBe(2);
  });

  it("names the stacks there are where it is asked for another", () => {
    const { status, stderr } = run({}, ["--stack", "staging"]);

    expect(stderr).toBe(
      "There is no stack 'staging': it has no file 'Pulumi.staging.yaml'. Known stacks: 'only'.\n",
    );
    expect(status).toBe(1);
  });
});
