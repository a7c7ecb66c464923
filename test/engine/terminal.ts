import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { DEPLOY_TOKEN_VARIABLE } from "@background-tasks/cloud/control/deployToken.ts";
import { startSmtpSink, type Mail } from "@background-tasks/cloud/network/smtpSink.ts";
import { googleLogin } from "../support/googleLogin.ts";
import { RunningScript } from "@background-tasks/cli/test/support/runningScript.ts";
import { ended, startProject, type ProjectUnderTest, type Ran } from "./engineUnderTest.ts";

/** What a command is given beside its text. */
export interface Given {
  /** Standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A terminal in a copy of the project, with all that the documents ask for: the Pulumi CLI with a language host,
 * a login at Google and a mail server. Google is a local cloud, and its providers are attached.
 */
export interface Terminal extends ProjectUnderTest {
  /** A folder for the state of stacks, as `pulumi login` takes it. */
  readonly backend: string;
  /** The address of the mail server. */
  readonly smtpUrl: string;
  /** The first mail that arrives there. */
  readonly mail: Promise<Mail>;
  /** Runs a text in Bash, as a job on GitHub does. */
  run(text: string, given?: Given): Promise<Ran>;
  /** The same of what must end well. Throws, with all that it wrote, where it does not. */
  succeed(text: string, given?: Given): Promise<Ran>;
  /** From here on, the types are taken for checked: it takes longer than all the rest of a command. */
  trustTypes(): void;
}

/** What commands ask of Google themselves. */
const APIS = ["cloudtasks", "run", "cloudscheduler", "logging", "monitoring"];

export async function startTerminal(): Promise<Terminal> {
  const project = await startProject();
  const { cloud, directory } = project;
  const home = join(directory, ".home");
  const backend = join(home, "state");
  mkdirSync(backend, { recursive: true });

  const { promise: mail, resolve: onMail } = Promise.withResolvers<Mail>();
  const smtp = await startSmtpSink({ port: 0, onMail });
  const login = await googleLogin(home);
  const providers = new RunningScript(
    resolve(__dirname, "../support/attachProviders.ts"),
    [cloud.endpoint],
    { cwd: directory, env: { [DEPLOY_TOKEN_VARIABLE]: cloud.deployToken } },
  );

  const environment = {
    ...project.environment,
    PATH: [
      // The CLI takes a language host that is not beside it from the PATH.
      resolve(__dirname, "../support/languageHost"),
      dirname(process.execPath),
      project.environment["PATH"] ?? "",
    ].join(delimiter),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    PULUMI_DEBUG_PROVIDERS: await providers.line(/^gcp:/),
    // Somebody who answers every question with yes.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    GOOGLE_APPLICATION_CREDENTIALS: login.file,
    GOOGLE_CLOUD_PROJECT: "local-project",
    NODE_OPTIONS: `--import=${resolve(__dirname, "../support/hostsOnLoopback.mjs")}`,
    HOSTS_ON_LOOPBACK: JSON.stringify(
      Object.fromEntries(APIS.map((api) => [`${api}.googleapis.com`, cloud.endpoint])),
    ),
    npm_config_update_notifier: "false",
  };

  const run: Terminal["run"] = (text, { input = "", environment: more = {} } = {}) => {
    const child = spawn("bash", ["-e", "-c", text], {
      cwd: directory,
      env: { ...environment, ...more },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A command that reads nothing may have ended before.
    child.stdin.on("error", () => undefined).end(input);
    return ended(child);
  };

  return {
    ...project,
    environment,
    backend: environment.PULUMI_BACKEND_URL,
    smtpUrl: `smtp://127.0.0.1:${smtp.port}`,
    mail,
    run,
    async succeed(text, given) {
      const ran = await run(text, given);
      if (ran.code === 0) return ran;
      throw new Error(`This ended with ${String(ran.code)}: ${text}\n${ran.output}`);
    },
    trustTypes() {
      for (const command of ["preview", "up", "refresh", "destroy"]) {
        const script = `packages/cli/main.ts ${command}`;
        project.edit("package.json", [`${script}"`, `${script} --no-type-check"`]);
      }
    },
    async stop() {
      await providers[Symbol.asyncDispose]();
      login[Symbol.dispose]();
      await smtp.close();
      await project.stop();
    },
  };
}
