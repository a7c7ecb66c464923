import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { teamRepository } from "../../../../test/support/teamRepository.ts";

const PROGRAM = `
import { Queue } from "@pulumi/gcp/cloudtasks/queue.js";
import { Image } from "@pulumi/docker/image.js";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const location = new pulumi.Config("gcp").require("region");
const options = { protect: pulumi.getStack() === "prod" };
new Queue("email", { name: "email", location, retryConfig: { maxAttempts: 3 } }, options);
new Queue("sms", { name: "sms", location }, options);
new SecretVersion("smtp", { secret: "smtp", secretData: config.requireSecretObject<{ smtp: string }>("settings").smtp });
const build = { context: "worker" };
export const image = new Image("worker", { imageName: "host/worker", build, skipPush: true }).repoDigest;
`;

const FILES = {
  "Pulumi.yaml": "name: team\nruntime: nodejs\n",
  "Pulumi.dev.yaml":
    "config:\n  gcp:region: europe-west1\n  team:settings: { smtp: { secure: AAA } }\n",
  "Pulumi.prod.yaml":
    "config:\n  gcp:region: europe-west1\n  team:settings: { smtp: { secure: BBB } }\n",
  "Pulumi.local.yaml": "config:\n  gcp:region: europe-west1\n",
  "infra/index.ts": PROGRAM,
  "worker/main.mjs": 'console.log("hello");\n',
  "tasks/index.ts": `
import { z } from "zod";
import { tasks } from "./tasks.ts";
const smtp = { schema: z.string(), description: "Mail.", isSecret: true, example: "smtp://mail.invalid" };
export const contract = { queues: {}, tasks, schedules: {}, settings: { smtp } };
`,
  "tasks/tasks.ts": `
import { z } from "zod";
export const tasks = { mail: { queue: "email", payload: z.strictObject({ to: z.string() }) } };
`,
};

interface Report {
  readonly stacks: readonly { stack: string; changes: readonly object[]; error?: string }[];
}

describe("npm run diff", () => {
  const run = (repository: ReturnType<typeof teamRepository>, ...args: string[]) =>
    repository.run("packages/cli/main.ts", "diff", "--base", "main", ...args);

  it("finds nothing where nothing changed, in every stack but the laptop's", () => {
    using repository = teamRepository(FILES);

    const { status, stdout, stderr } = run(repository, "--markdown", "--reviews", "out");

    expect(stderr).toBe("");
    expect(stdout.split("\n").filter((line) => /^(<!--|###)/.test(line))).toEqual([
      "<!-- background-tasks review of stack dev -->",
      "### Stack `dev`: no change",
      "<!-- background-tasks review of stack prod -->",
      "### Stack `prod`: no change",
    ]);
    const folder = join(repository.directory, "out");
    expect(readdirSync(folder)).toEqual(["diff-dev.json", "diff-prod.json"]);
    expect(JSON.parse(readFileSync(join(folder, "diff-dev.json"), "utf8"))).toMatchObject({
      stack: "dev",
      changes: [],
    });
    expect(status).toBe(0);
  });

  it("leaves whose pull request it is for the comment, even where it fails then", () => {
    using repository = teamRepository(FILES);
    const left = ["--reviews", "out", "--pull-request", "7", "--stack", "gone"];

    const { status } = run(repository, ...left);

    const folder = join(repository.directory, "out");
    expect(readdirSync(folder)).toEqual(["pull-request.json"]);
    expect(readFileSync(join(folder, "pull-request.json"), "utf8")).toBe('{"number":7}');
    expect(status).toBe(1);
  });

  it("asks where to leave the pull request's number", () => {
    using repository = teamRepository(FILES);

    const { status, stderr } = run(repository, "--pull-request", "7");

    expect(stderr).toContain(
      "Option '--pull-request' says whose '--reviews <folder>' is, and needs it.",
    );
    expect(status).toBe(2);
  });

  it("tells what a change in the working tree asks for, with secrets by their fingerprints", () => {
    using repository = teamRepository(FILES);
    repository.write({
      "infra/index.ts": PROGRAM.replace("maxAttempts: 3", "maxAttempts: 8").replace(
        'name: "sms"',
        'name: "sms-2"',
      ),
      "worker/main.mjs": 'console.log("bye");\n',
      "Pulumi.prod.yaml": FILES["Pulumi.prod.yaml"].replace("BBB", "CCC"),
    });

    const { status, stdout } = run(repository, "--json");

    const { stacks } = JSON.parse(stdout) as Report;
    const [dev, prod] = stacks;
    const digest = expect.stringMatching(/^"[0-9a-f]{64}"$/) as string;
    const ofBoth = [
      {
        operation: "update",
        type: "gcp:cloudtasks/queue:Queue",
        name: "email",
        inputs: [{ path: "retryConfig.maxAttempts", before: "3", after: "8" }],
        replacedBy: [],
      },
      {
        operation: "replace",
        type: "gcp:cloudtasks/queue:Queue",
        name: "sms",
        inputs: [{ path: "name", before: '"sms"', after: '"sms-2"' }],
        replacedBy: ["name"],
      },
    ];
    const image = {
      operation: "update",
      type: "docker:index/image:Image",
      name: "worker",
      inputs: [{ path: "build.contextDigest", before: digest, after: digest }],
      replacedBy: [],
    };
    const masked = expect.stringMatching(/^"\[secret [0-9a-f]{8}\]"$/) as string;
    const secret = {
      operation: "replace",
      type: "gcp:secretmanager/secretVersion:SecretVersion",
      name: "smtp",
      inputs: [{ path: "secretData", before: masked, after: masked }],
      replacedBy: ["secretData"],
    };
    expect(dev?.changes).toEqual([image, ...ofBoth]);
    expect(prod?.changes).toEqual([image, ...ofBoth, secret]);
    expect(stdout).not.toMatch(/AAA|BBB|CCC/);
    expect(status).toBe(0);
  });

  it("fails where the program does not run, or breaks a mandatory rule that it kept", () => {
    using broken = teamRepository(FILES);
    broken.write({ "infra/index.ts": 'throw new Error("Boom.");' });
    using unsafe = teamRepository(FILES);
    unsafe.write({
      "infra/index.ts": `${PROGRAM}
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
new IAMMember("owner", { project: "p", role: "roles/owner", member: "user:a@example.com" });
`,
    });

    const first = run(broken, "--stack", "dev");
    const second = run(unsafe, "--stack", "dev");

    expect(first.stdout).toContain("dev: the program cannot be evaluated.\nError: Boom.");
    expect(second.stdout).toContain("mandatory, new");
    expect(second.stdout).toContain("no-basic-role");
    expect([first.status, second.status]).toEqual([1, 1]);
  });

  it("shows a new stack as new, and names a base that is none", () => {
    using repository = teamRepository(FILES);
    repository.write({ "Pulumi.stage.yaml": FILES["Pulumi.dev.yaml"] });

    expect(run(repository, "--stack", "stage").stdout).toContain("stage: 4 to create.");
    expect(run(repository, "--stack", "stag")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "There is no stack 'stag': it has no file 'Pulumi.stag.yaml'. Did you mean 'stage'? Known stacks: 'dev', " +
        "'prod', 'stage'.\n",
    });
    const unknown = repository.run("packages/cli/main.ts", "diff", "--base", "nowhere");
    expect(unknown.stderr).toContain("No commit is shared with 'nowhere'.");
    expect(unknown.status).toBe(1);
  });

  it("compares with the main branch where it is told no other, and says with which commit", () => {
    using repository = teamRepository(FILES);
    const commit = execFileSync("git", ["rev-parse", "main"], {
      cwd: repository.directory,
      encoding: "utf8",
    });

    const { stdout } = repository.run("packages/cli/main.ts", "diff", "--stack", "dev");

    expect(stdout.split("\n").slice(0, 3)).toEqual([
      `Compared with commit ${commit.slice(0, 8)}, where this tree parted from 'main'.`,
      "",
      "dev: no change.",
    ]);
  });

  it("compares with where the branches parted, and leaves nothing behind", () => {
    using repository = teamRepository(FILES);
    repository.write({ "infra/index.ts": PROGRAM.replace("maxAttempts: 3", "maxAttempts: 4") });
    repository.commit();
    const git = (...args: string[]): string =>
      execFileSync("git", args, { cwd: repository.directory, encoding: "utf8" });
    git("switch", "--quiet", "main");
    repository.write({ "infra/index.ts": PROGRAM.replace("maxAttempts: 3", "maxAttempts: 9") });
    repository.commit();
    git("switch", "--quiet", "change");

    const { stdout } = run(repository, "--stack", "dev", "--json");

    const { stacks } = JSON.parse(stdout) as Report;
    expect(stacks[0]?.changes).toMatchObject([
      { inputs: [{ path: "retryConfig.maxAttempts", before: "3", after: "4" }] },
    ]);
    const left = readdirSync(repository.temporary);
    expect(left.filter((name) => name.startsWith("background-tasks-base-"))).toEqual([]);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });
});

describe("npm run contract", () => {
  const run = (repository: ReturnType<typeof teamRepository>) =>
    repository.run("packages/cli/main.ts", "contract");

  it("lets pass what queued tasks bear", () => {
    using repository = teamRepository(FILES);
    repository.write({
      "tasks/tasks.ts": FILES["tasks/tasks.ts"].replace(
        "to: z.string()",
        "to: z.string(), cc: z.string().optional()",
      ),
    });

    expect(run(repository)).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^Compared with commit [0-9a-f]{8}, where this tree parted from 'main'\.\nTasks that are queued already keep their meaning \(1 task compared\)\.\n$/,
      ),
      stderr: "",
    });
  });

  it("fails on what would dead-letter them", () => {
    using repository = teamRepository(FILES);
    repository.write({
      "tasks/tasks.ts": FILES["tasks/tasks.ts"].replace("z.string()", "z.email()"),
    });

    const { status, stdout } = run(repository);

    expect(status).toBe(1);
    expect(stdout.split("\n").slice(1, 4)).toEqual([
      "Tasks that are queued already would become dead letters:",
      "",
      expect.stringMatching(
        /^ {2}- Task 'mail', field 'to': its 'pattern' is .* now; it had none\./,
      ),
    ]);
  });

  it("says so where the tasks cannot be read", () => {
    using repository = teamRepository(FILES);
    repository.write({ "tasks/tasks.ts": "export const tasks = 7;" });

    const { status, stderr } = run(repository);

    expect(status).toBe(1);
    expect(stderr).toContain(`The tasks of '${repository.directory}' cannot be read:`);
  });
});
