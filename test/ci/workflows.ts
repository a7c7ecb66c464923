import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { startCloud, type Cloud } from "@background-tasks/cloud/cloud.ts";
import { DEPLOY_TOKEN_VARIABLE } from "@background-tasks/cloud/control/deployToken.ts";
import { googleLogin } from "../support/googleLogin.ts";
import { startAct, type Event, type RunOptions, type WorkflowRun } from "./act.ts";
import { startFakeGithub, type FakeGithub } from "./fakeGithub.ts";
import { startRegistries, type Registries } from "./registries.ts";
import { ThrowAwayRepository } from "./throwAwayRepository.ts";

const STAND_INS = resolve(".ci/workflows");

/** This repository on a GitHub of its own, and a Google of its own that its workflows deploy to. */
export interface Workflows extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly github: FakeGithub;
  readonly registries: Registries;
  readonly repository: ThrowAwayRepository;
  /** The folder with the states of all stacks. */
  readonly state: string;
  /** Runs a workflow, `preview` for preview.yml, as GitHub would for an event. */
  run(workflow: string, event: Event, options?: RunOptions): Promise<WorkflowRun>;
  /** The same of what must end well. Throws, with all that it wrote, where it does not. */
  succeed(workflow: string, event: Event, options?: RunOptions): Promise<WorkflowRun>;
  /** Whether something has run that a pull request only names: `touch $PWNED`. */
  readonly wasTakenOver: () => boolean;
  /** Makes a stack by docs/ci.md, for the commit of its files. */
  makeStack(stack: string): void;
  /** The `pulumi` of the person who sets it all up. */
  pulumi(...args: readonly string[]): string;
}

export async function startWorkflows(): Promise<Workflows> {
  const root = mkdtempSync(join(tmpdir(), "workflows-"));
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  for (const folder of ["home", "state", "artifacts", "act", "cloud"]) mkdirSync(at(folder));
  const repository = new ThrowAwayRepository();
  const github = await startFakeGithub();
  const cloud = await startCloud({
    project: "local-project",
    region: "europe-west1",
    dataDirectory: at("cloud"),
  });
  const registries = await startRegistries(cloud, at("cloud", "images"));
  const login = await googleLogin(root);
  const { PATH = "" } = process.env;
  const outside = PATH.split(delimiter).filter((folder) => !folder.includes("node_modules"));

  const environment = {
    PATH: [join(STAND_INS, "bin"), resolve("test/support/languageHost"), ...outside].join(
      delimiter,
    ),
    HOME: at("home"),
    LANG: "C.UTF-8",
    PULUMI_CLI: join(STAND_INS, "pulumi"),
    PULUMI_HOME: at("home", ".pulumi"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    [DEPLOY_TOKEN_VARIABLE]: cloud.deployToken,
    NODE_OPTIONS: `--import=${resolve("test/support/hostsOnLoopback.mjs")}`,
    HOSTS_ON_LOOPBACK: JSON.stringify({
      "cloudtasks.googleapis.com": cloud.endpoint,
      "run.googleapis.com": cloud.endpoint,
    }),
    npm_config_update_notifier: "false",
    // What Node has compiled for one job is there for the next, which begins in a new folder.
    NODE_COMPILE_CACHE: at("compiled"),
    // What the stand-ins ask for.
    ORIGIN: repository.origin,
    INSTALLED: resolve("."),
    NODE_FOLDER: dirname(process.execPath),
    ARTIFACTS: at("artifacts"),
    GOOGLE_LOGIN: login.file,
    CLOUD: cloud.endpoint,
    REGISTRIES_URL: registries.url,
    PWNED: at("pwned"),
  };
  const backend = `file://${at("state")}`;
  writeFileSync(
    at("vars"),
    [
      `PULUMI_BACKEND_URL=${backend}`,
      "WORKLOAD_IDENTITY_PROVIDER=projects/1/locations/global/workloadIdentityPools/p/providers/p",
      "SERVICE_ACCOUNT=deployer@octo-ci.iam.gserviceaccount.com",
      "GCP_PROJECT=local-project",
      "GCP_REGION=europe-west1",
      "PULUMI_SECRETS_PROVIDER=passphrase",
    ].join("\n"),
  );
  const pulumi = (...args: readonly string[]): string =>
    execFileSync("pulumi", [...args], {
      cwd: repository.directory,
      encoding: "utf8",
      env: { ...environment, PULUMI_BACKEND_URL: backend },
      stdio: ["ignore", "pipe", "pipe"],
    });

  const runAct = startAct({
    directory: repository.directory,
    folder: root,
    variables: at("vars"),
    apiUrl: github.url,
    environment,
  });
  const run: Workflows["run"] = (workflow, event, options) => {
    repository.checkOut(event.ref);
    return runAct(workflow, event, options);
  };

  return {
    cloud,
    github,
    registries,
    repository,
    state: at("state"),
    run,
    async succeed(workflow, event, options) {
      const done = await run(workflow, event, options);
      const ends = Object.values(done.jobs);
      if (ends.length > 0 && ends.every((end) => end === "succeeded")) return done;
      throw new Error(`${workflow}.yml did not end well:\n${done.output}`);
    },
    wasTakenOver: () => existsSync(at("pwned")),
    pulumi,
    makeStack(stack) {
      pulumi("stack", "init", stack, "--secrets-provider", "passphrase");
      const set = ["config", "set", "--stack", stack];
      pulumi(...set, "gcp:project", "local-project");
      pulumi(...set, "--path", "settings.mailFrom", "tasks@my-domain.example");
      pulumi(...set, "--secret", "--path", "settings.smtpUrl", "smtp://127.0.0.1:9");
    },
    async [Symbol.asyncDispose]() {
      login[Symbol.dispose]();
      await registries[Symbol.asyncDispose]();
      await cloud.stop();
      await github[Symbol.asyncDispose]();
      repository[Symbol.dispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
