import { Option, type Command } from "commander";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { path, port, stackName } from "../command/readers.ts";
import { EngineError, EngineFailure } from "./engineFailure.ts";
import { stackFile } from "./localWorkspace.ts";
import { missingLogin } from "./missingLogin.ts";
import { refuseMovingBase } from "./movingBase.ts";
import type { EngineCommand, EngineOptions } from "./options.ts";
import { refuseUnprotected } from "./protection.ts";
import { providerEnvironment } from "./providerEnvironment.ts";
import { runCli } from "./runCli.ts";
import { checkTypes } from "./typeCheck.ts";

/*
 * `npm run preview|up|refresh|destroy|pulumi -- --stack <stack> [--local]`: the real engine, and what to do next
 * where it fails.
 */

/** What is asked, and whether the types of what is deployed are checked first. */
type Options = Omit<EngineOptions, "command" | "rest"> & { readonly typeCheck: boolean };

export function configure(name: EngineCommand, command: Command): void {
  command
    .requiredOption("--stack <stack>", "the stack: dev, prod, …", stackName)
    .option("--local", "on the local cloud that 'npm start' runs, not in a real project", false)
    .option("--port <port>", "with --local: the port of the local cloud", port, LOCAL_API_PORT)
    .option("--refresh", "compare with what there is, not with what is remembered", false)
    .option("--diff", "show changes property by property", false)
    .option("--policy-pack <folder>", "refuse what this policy pack refuses", path)
    .addOption(
      name === "pulumi"
        ? new Option("--no-type-check").hideHelp()
        : new Option(
            "--no-type-check",
            "do not check the types of infra/, tasks/ and worker/ first",
          ),
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nWithout --local, other options go to the Pulumi CLI as they are.\n" +
        `\nExamples:\n${EXAMPLES[name].map((example) => `  npm run ${name} -- ${example}`).join("\n")}`,
    )
    .action(async ({ typeCheck, ...options }: Options) => {
      const { args: rest } = command;
      if (options.local && name !== "pulumi" && rest.length > 0) {
        command.error(`With '--local', '${rest.join(" ")}' is not understood.`);
      }
      // 'pulumi' runs no program.
      if (name !== "pulumi" && typeCheck) await checkFirst(options.local);
      const asked = { ...options, command: name, rest };
      try {
        await (options.local ? runHere(asked) : runForReal(asked));
      } catch (error) {
        // What to do next stands apart from what the engine has written.
        if (error instanceof EngineError && error.message !== "") process.stderr.write("\n");
        throw error;
      }
    });
}

/** What is wrong before anything is bundled: the types or, told at once and asked beside them, a login that is missing. */
async function checkFirst(isLocal: boolean): Promise<void> {
  const over = new AbortController();
  try {
    const types = checkTypes(over.signal);
    await (isLocal ? types : Promise.race([types, missingLogin(over.signal)]));
  } finally {
    over.abort();
  }
}

const EXAMPLES: Readonly<Record<EngineCommand, readonly string[]>> = {
  preview: ["--stack dev", "--stack dev --diff", "--stack dev --local"],
  up: ["--stack dev --policy-pack policy", "--stack dev --local"],
  refresh: ["--stack dev"],
  destroy: ["--stack dev", "--stack dev --local"],
  pulumi: ["--stack dev stack output", "--stack dev cancel"],
};

/** The engine on the local cloud. Only that needs Pulumi's SDK, which takes longer to load than all the rest. */
async function runHere(options: EngineOptions): Promise<void> {
  const { runLocally } = await import("./localEngine.ts");
  await runLocally(options);
}

/** The CLI, with the real plugins, on a stack of a real project. */
async function runForReal(options: EngineOptions): Promise<void> {
  const { command, stack, diff, refresh, policyPack, rest } = options;
  const file = readStackConfig("Pulumi.yaml", stackFile(stack));
  const { config } = file;
  const failure = new EngineFailure({
    command,
    stack,
    cli: `pulumi --stack ${stack}`,
    make: `pulumi stack init ${stack}`,
    project: config["gcp:project"] ?? "",
    region: config["gcp:region"] ?? "",
  });
  const args = [
    ...(command === "pulumi" ? [] : [command]),
    ...rest,
    "--stack",
    stack,
    ...(diff ? ["--diff"] : []),
    ...(refresh ? ["--refresh"] : []),
    ...(policyPack === undefined ? [] : ["--policy-pack", policyPack]),
  ];
  await refuseUnprotected({ stack, file, args, environment: process.env });
  refuseMovingBase(stack, file, args);
  await runCli(args, { failure, environment: providerEnvironment(config, process.env) });
}
