import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith, Registry } from "@background-tasks/cli/test/image/dockerEngine.ts";
import {
  digestOf,
  manifestAt,
  pushImage,
  type Destination,
} from "@background-tasks/cli/test/release/pushedImages.ts";
import { giveFiles } from "../support/givenImage.ts";
import { LOGIN_TOKEN } from "../support/googleLogin.ts";
import { OTHER_NAMES } from "../support/otherNames.ts";
import { cloudState, queuesOf } from "./cloudState.ts";
import { asRunHere, commandsIn, scriptsOf, type Script } from "./documents.ts";
import { ALL_RESOURCES, summary, type Ran } from "./engineUnderTest.ts";
import { startTerminal, type Terminal } from "./terminal.ts";

const STACKS = commandsIn("docs/ci.md", "3. The stacks");
const DEPLOY = ".github/workflows/deploy-stack.yml";

const DEV = "local-project/dev-pictures/worker";
const PROD = "local-project/prod-pictures/worker";
/** Of `LOGIN_TOKEN`. */
const BCRYPT = "$2b$04$zEBZAaRA9uFP7rZh0JzsxeyFDNXYsDaMpke.uOqhdoJLtqz/pSc1S";

/** The program's resources where the image was built elsewhere. */
const ALL = ALL_RESOURCES - 1;

/** Those of prod: its schedule is not paused, and is watched by two policies from a time on. */
const OF_PROD = ALL + 3;

describe("docs/ci.md's commands for the stacks", () => {
  it("are these", () => {
    expect(STACKS.map(asRunHere)).toEqual([
      'pulumi login "$PULUMI_BACKEND_URL"',
      "pulumi stack init dev --secrets-provider passphrase",
      "pulumi config set --stack dev gcp:project local-project",
      "pulumi config set --stack dev --path settings.mailFrom tasks@my-domain.example",
      "pulumi config set --stack dev --secret --path settings.smtpUrl",
    ]);
  });
});

describe("the workflow that deploys", () => {
  it("has these scripts", () => {
    const first = ({ run }: Script) => run.trim().split("\n")[0];

    expect(scriptsOf(DEPLOY, "deploy", values("prod")).map(first)).toEqual([
      'image=$(npm run --silent release -- image --stack "$STACK")',
      'npm run --silent release -- promote --image "$IMAGE" --stack "$STACK" --tag "$GITHUB_SHA"',
      'npm run --silent up -- --stack "$STACK" --yes --policy-pack policy --event-log "$RUNNER_TEMP/events.json"',
      'npm run --silent smoke -- --stack "$STACK"',
      'image=$(npm run --silent release -- image --stack "$STACK")',
      'npm run --silent release -- summary --stack "$STACK" --events "$RUNNER_TEMP/events.json" --before "$BEFORE" >> "$GITHUB_STEP_SUMMARY"',
    ]);
  });
});

const NEEDED = ["pulumi", "docker-registry", "skopeo"] as const;

describeWith(NEEDED, "The workflow that deploys, with the stacks that docs/ci.md makes", () => {
  let terminal: Terminal;
  let registry: Registry;
  let dev: Destination;
  let prod: Destination;
  /** The image that dev's job hands to prod's. */
  let image: string | undefined;

  beforeAll(async () => {
    terminal = await startTerminal();
    terminal.trustTypes();
    for (const name of OTHER_NAMES) terminal.edit("infra/config/names.ts", name);
    registry = new Registry(BCRYPT);
    const host = await registry.host;
    dev = { host, repository: DEV, token: LOGIN_TOKEN };
    prod = { host, repository: PROD, token: LOGIN_TOKEN };
    // The words of dev's stack are prod's, too.
    for (const stack of ["dev", "prod"]) {
      for (const command of STACKS.map((line) => asRunHere(line.replaceAll("dev", stack)))) {
        await terminal.succeed(command, { input: terminal.smtpUrl });
      }
    }
    // In the place of Artifact Registry.
    await terminal.succeed(`pulumi config set --stack prod registryHost ${host}`);
    writeFileSync(
      join(terminal.directory, "PulumiPolicy.prod.json"),
      JSON.stringify({ "image-from-own-registry": { registries: [`${host}/local-project/`] } }),
    );
  });
  afterAll(async () => {
    await terminal.stop();
    await registry[Symbol.asyncDispose]();
  });

  /** What the job's files say: its outputs, and the summary of the run. */
  const said = (file: string) => readFileSync(join(terminal.directory, ".home", file), "utf8");
  /** The scripts that deploy a stack, with the image that is promoted, if one is. */
  const scripts = (stack: string) =>
    scriptsOf(DEPLOY, "deploy", values(stack, terminal.backend, image)).filter(
      ({ run }) => image !== undefined || !run.includes("release -- promote"),
    );
  /** Deploys a stack as the workflow does, and returns how each of its scripts went. */
  const deploy = async (stack: string, commit = "") => {
    for (const file of ["output", "summary"]) {
      writeFileSync(join(terminal.directory, ".home", file), "");
    }
    const github = {
      GITHUB_SHA: commit,
      GITHUB_OUTPUT: join(terminal.directory, ".home/output"),
      GITHUB_STEP_SUMMARY: join(terminal.directory, ".home/summary"),
      RUNNER_TEMP: join(terminal.directory, ".home"),
    };
    const runs: Ran[] = [];
    for (const { run, environment } of scripts(stack)) {
      runs.push(await terminal.succeed(run, { environment: { ...environment, ...github } }));
    }
    return runs;
  };
  const queues = (stack: string) => queuesOf(terminal.cloud.endpoint, stack);
  const state = async () => JSON.stringify(await cloudState(terminal.cloud.endpoint));

  it("deploys dev, and tells which image it runs", async () => {
    const [, up] = await deploy("dev");

    expect(summary(up!)).toEqual({ created: ALL + 1 });
    expect(up!.output).toContain("✅ background-tasks@v0.1.0 (local: policy)");
    expect(said("output")).toMatch(
      new RegExp(`^image=\\nimage=europe-west1-docker\\.pkg\\.dev/${DEV}@sha256:[0-9a-f]{64}\\n$`),
    );
    expect(said("summary")).toContain("## Stack `dev`\n\nIt runs `europe-west1-docker.pkg.dev/");
    expect(said("summary")).toContain("| created | ");
  });

  it("deploys prod for the first time: the repository, the copy of the image, and then the rest", async () => {
    const { cloud, directory } = terminal;
    // Nothing here builds an image for a registry. What stands in for dev's has the same files.
    const files = join(directory, "dist/worker");
    const { digest } = await pushImage(dev);
    image = `${dev.host}/${DEV}@${digest}`;
    await giveFiles(cloud, `${prod.host}/${PROD}@${digest}`, files);

    const [, repository, rest] = await deploy("prod", "c0ffee");

    // The stack, two components, the APIs and the repository.
    expect(summary(repository!)).toEqual({ created: 13, unchanged: OF_PROD - 13 });
    expect(summary(rest!)).toEqual({ created: OF_PROD - 13, unchanged: 13 });
    expect(digestOf(await manifestAt(prod, "deployed-c0ffee"))).toBe(digest);
    expect(digestOf(await manifestAt(prod, digest))).toBe(digest);
  });

  it("changes nothing in prod the second time", async () => {
    const before = await state();

    const [, repository, rest] = await deploy("prod", "decaf");

    expect(summary(repository!)).toEqual({});
    expect(said("summary")).toContain("No resource was changed.");
    expect(summary(rest!)).toEqual({ unchanged: OF_PROD });
    expect(await state()).toBe(before);
  });

  it("leaves dev beside prod in one project, without a difference", async () => {
    const preview = "npm run --silent preview -- --stack dev --refresh --json > preview.json";

    await terminal.succeed(preview);

    const { changeSummary } = JSON.parse(
      readFileSync(join(terminal.directory, "preview.json"), "utf8"),
    ) as { changeSummary: unknown };
    expect(changeSummary).toEqual({ same: ALL + 1 });
    for (const stack of ["dev", "prod"]) {
      expect(Object.keys(await queues(stack)).sort()).toEqual(["dead-letter", "default", "email"]);
    }
  });

  it("is refused the removal of a queue from prod, and has changed nothing", async () => {
    const files = ["tasks/tasks.ts", "tasks/queues.ts", "Pulumi.prod.yaml"];
    const before = await state();
    const texts = files.map((file) => readFileSync(join(terminal.directory, file), "utf8"));
    terminal.edit("tasks/tasks.ts", ['queue: "email"', 'queue: "default"']);
    terminal.editBy("tasks/queues.ts", (text) => text.replace(SETTINGS_OF_EMAIL, ""));
    await terminal.succeed("pulumi config rm --stack prod queues");

    const [up] = scripts("prod").slice(2);
    const ran = await terminal.run(up!.run, {
      environment: { ...up!.environment, RUNNER_TEMP: join(terminal.directory, ".home") },
    });

    expect(ran.code).toBe(1);
    expect(ran.message).toMatch(/^Queue 'email' of stack 'prod' is protected/m);
    expect(await state()).toBe(before);
    for (const [i, file] of files.entries()) terminal.editBy(file, () => texts[i]!);
  });

  it("has a prod that is destroyed only once its protection is off", async () => {
    const before = await state();

    const refused = await terminal.run("npm run destroy -- --stack prod");

    expect(refused.code).toBe(1);
    expect(refused.message).toMatch(/^Stack 'prod' is protected/);
    expect(await state()).toBe(before);

    await terminal.succeed("pulumi config set --stack prod protect false");
    const judged = await terminal.run("npm run preview -- --stack prod --policy-pack policy");
    expect(judged.message).toMatch(/^Stack 'prod' breaks the policy: 'deletion-protected'\./m);

    await terminal.succeed("npm run up -- --stack prod");
    const destroyed = await terminal.succeed("npm run destroy -- --stack prod");

    expect(summary(destroyed)).toEqual({ deleted: OF_PROD });
    expect(await queues("prod")).toEqual({});
    expect(Object.keys(await queues("dev")).sort()).toEqual(["dead-letter", "default", "email"]);
  });
});

const SETTINGS_OF_EMAIL = / {2}email: \{[\s\S]*?\n {2}\},\n/;

/** The values of the workflow's expressions. */
function values(stack: string, backend = "", image = ""): Record<string, string> {
  return {
    "vars.PULUMI_BACKEND_URL": backend,
    "inputs.stack": stack,
    "inputs.image": image,
    "steps.before.outputs.image": "",
  };
}
