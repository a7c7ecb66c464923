import { readStackConfig, StackFileError } from "@background-tasks/program/stack/stackConfig.ts";
import { EngineError, EngineFailure } from "./engineFailure.ts";
import { stackFile } from "./localWorkspace.ts";
import { parseEngineOptions, type EngineOptions } from "./options.ts";
import { refuseUnprotected } from "./protection.ts";
import { providerEnvironment } from "./providerEnvironment.ts";
import { runCli } from "./runCli.ts";

// `npm run preview|up|refresh|destroy|pulumi -- --stack <stack> [--local]`: the real engine, and what to do
// next where it fails.

try {
  const options = parseEngineOptions(process.argv.slice(2));
  await (options.local ? runHere(options) : runForReal(options));
} catch (error) {
  if (!(error instanceof EngineError || error instanceof StackFileError)) throw error;
  // The engine may have said all that there is to say.
  if (error.message !== "") process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}

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
  await runCli(args, { failure, environment: providerEnvironment(config, process.env) });
}
