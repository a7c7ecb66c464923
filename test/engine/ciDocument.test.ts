import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asRunHere, commandsIn } from "./documents.ts";
import { describeEngine } from "./engineUnderTest.ts";
import { startTerminal, type Terminal } from "./terminal.ts";

const ON_A_LAPTOP = commandsIn("docs/ci.md", "On a laptop");
const BOOTSTRAP = commandsIn("docs/ci.md", "1. What CI is at Google");
const ON_GITHUB = commandsIn("docs/ci.md", "2. The environments on GitHub");

/** What asks for a person, a real project or GitHub. */
const NOT_RUN = [
  "gcloud auth application-default login",
  "gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com --project octo-ci",
  "gcloud storage buckets create gs://octo-ci-bootstrap --project octo-ci --location europe-west1 --uniform-bucket-level-access --public-access-prevention",
  // The packages of this folder are linked.
  "npm ci",
];

describe("docs/ci.md's commands", () => {
  it("on a laptop are these", () => {
    expect(ON_A_LAPTOP).toEqual([
      "npm run diff",
      "npm run diff -- --stack prod --markdown",
      "npm run contract",
    ]);
  });

  it("for what CI is at Google are these", () => {
    expect(BOOTSTRAP.filter((command) => !NOT_RUN.includes(command)).map(asRunHere)).toEqual([
      'pulumi login "$PULUMI_BACKEND_URL"',
      "cd bootstrap",
      "pulumi stack init ci",
      "pulumi config set gcp:project octo-ci",
      "pulumi config set gcp:region europe-west1",
      "pulumi config set repository octo-org/background-tasks",
      'pulumi config set repositoryId "$(gh api repos/octo-org/background-tasks --jq .id)"',
      'pulumi config set ownerId "$(gh api repos/octo-org/background-tasks --jq .owner.id)"',
      "pulumi config set --path environments.dev.project local-project",
      "pulumi config set --path environments.prod.project local-project",
      "pulumi config set --path environments.prod.promotesFrom dev",
      "pulumi config set --path environments.review.project octo-review",
      "pulumi config set --path environments.review.throwAway true",
      'npm exec -c "pulumi up"',
    ]);
  });

  // They hand variables to GitHub, and are not run.
  it("for GitHub are these", () => {
    expect(ON_GITHUB).toEqual([
      "cd ..",
      "npm run tasks -- ci-setup --reviewer octo-org/platform",
      "npm run tasks -- ci-setup --reviewer octo-org/platform --apply",
    ]);
  });
});

describeEngine("docs/ci.md's commands in a terminal", () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await startTerminal();
    commit(terminal.directory);
  });
  afterAll(() => terminal.stop());

  it.each([
    [ON_A_LAPTOP[0]!, "dev: no change.\n\nprod: no change.\n"],
    [ON_A_LAPTOP[1]!, "### Stack `prod`: no change\n"],
    [ON_A_LAPTOP[2]!, "Tasks that are queued already keep their meaning (2 tasks compared).\n"],
  ])("find that nothing changed: %s", async (command, found) => {
    const { output } = await terminal.succeed(command);

    expect(output).toContain(found);
  });

  it("start the program of what CI is at Google, of which a local cloud has only a part", async () => {
    // What GitHub knows of the repository.
    const gh = 'gh() { echo "1"; }';
    const commands = BOOTSTRAP.filter((command) => !NOT_RUN.includes(command)).map(asRunHere);

    const ran = await terminal.run([gh, ...commands].join("\n"));

    // All that the refused one waits for. Whether the engine hears of what comes beside it before is chance:
    // test/bootstrap/ has the rest.
    const planned = [...ran.output.matchAll(/^ \+ {2}(\S+ apis\S*) create/gm)].map(
      ([, one]) => one,
    );
    expect(planned.sort()).toEqual([
      "background-tasks-bootstrap:apis:Apis apis",
      ...["cloudkms", "cloudresourcemanager", "iam", "iamcredentials", "storage", "sts"].map(
        (api) => `gcp:projects:Service apis-${api}`,
      ),
    ]);
    expect(ran.output).toContain(
      "The local cloud has no resources of type 'gcp:kms/keyRing:KeyRing'.",
    );
  });
});

/** Makes the folder a clone of a repository whose main branch it is. */
function commit(directory: string): void {
  const git = (...args: string[]): void => {
    const who = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
    execFileSync("git", [...who, ...args], { cwd: directory, stdio: "ignore" });
  };
  git("init", "--quiet", "--initial-branch", "main");
  writeFileSync(join(directory, ".git/info/exclude"), "node_modules\n.home\ncompiled\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Begin");
  git("update-ref", "refs/remotes/origin/main", "main");
}
