import "@background-tasks/program/evaluate/lateModules.ts";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RunError } from "@pulumi/pulumi";
import {
  LocalWorkspace as AutomationWorkspace,
  PulumiCommand,
  type EngineEvent,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { attachProviders } from "@background-tasks/program/provider/attachedProviders.ts";
import { MissingProgram } from "../command/program.ts";
import { callLocal, localEndpoint } from "../stack/localCloud.ts";
import { EngineError, EngineFailure } from "./engineFailure.ts";
import { outliveInterruption } from "./interruption.ts";
import { startLanguageHost } from "./languageHost.ts";
import { openLocalWorkspace, type LocalWorkspace } from "./localWorkspace.ts";
import type { EngineOptions } from "./options.ts";
import { refuseUnprotected } from "./protection.ts";
import { runCli } from "./runCli.ts";

const PROGRAM = "infra/index.ts";

/**
 * Runs the real engine on a stack of the local cloud. The program runs in this process: no language host is
 * needed, nor any plugin. Throws `EngineError`.
 */
export async function runLocally(options: EngineOptions): Promise<void> {
  const endpoint = localEndpoint(options.port);
  await callLocal(endpoint);
  const providers = await attachProviders(endpoint);
  try {
    const workspace = await openLocalWorkspace(options.stack, providers.addresses, endpoint);
    const { command, stack, port } = options;
    const failure = new EngineFailure({
      ...workspace,
      command,
      stack,
      cli: `npm run pulumi -- --stack ${stack} --local --port ${port}`,
      make: `npm run up -- --stack ${stack} --local --port ${port}`,
    });
    await refuseUnprotected({
      stack,
      // Of the engine's own commands, none is without a preview here.
      args: command === "pulumi" ? options.rest : [command, "--skip-preview=false"],
      ...workspace,
      environment: { ...process.env, ...workspace.environment },
    });
    if (command === "pulumi") {
      await runCommand(options, workspace, failure);
    } else {
      await outliveInterruption((interrupted) =>
        runEngine(options, workspace, failure, interrupted),
      );
    }
  } finally {
    providers.close();
  }
}

/** Any command of the CLI that does not run the program. */
async function runCommand(
  { rest: args, stack }: EngineOptions,
  { directory, environment }: LocalWorkspace,
  failure: EngineFailure,
): Promise<void> {
  const host = await startLanguageHost();
  try {
    await runCli([...args, "--stack", stack], {
      directory,
      environment: { ...environment, PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}` },
      failure,
    });
  } finally {
    host.close();
  }
}

async function runEngine(
  options: EngineOptions,
  workspace: LocalWorkspace,
  failure: EngineFailure,
  interrupted: AbortSignal,
): Promise<void> {
  const { command, diff, refresh, policyPack } = options;
  const program = new Program();
  const common = {
    color: process.stdout.isTTY ? ("always" as const) : ("never" as const),
    onOutput: (text: string) => process.stdout.write(text),
    onEvent: (event: EngineEvent) => {
      failure.note(event);
    },
  };
  const evaluated = {
    ...common,
    diff,
    refresh,
    ...(policyPack !== undefined && { policyPacks: [resolve(policyPack)] }),
  };
  try {
    const stack = await openStack(options.stack, program, workspace);
    withoutResult(stack);
    if (command === "refresh") await stack.refresh(common);
    // What is refused is refused before anything changes: the SDK's own commands skip the preview.
    if (command === "destroy") await stack.previewDestroy(common);
    if (command === "preview" || command === "up") await preview(stack, program, evaluated);
    if (command !== "destroy" && command !== "up") return;
    if (interrupted.aborted) throw new EngineError("Interrupted before anything was changed.");
    await (command === "destroy" ? stack.destroy(common) : stack.up(evaluated));
  } catch (error) {
    if (error instanceof EngineError || error instanceof MissingProgram) throw error;
    const explained = failure.explain(error instanceof Error ? error.message : String(error));
    // What no event and no line of the engine's tells of has been printed by nobody.
    throw explained.message === "" && !failure.isTold ? error : explained;
  }
}

/** What a command results in is read from its events; to ask for it afterwards is a second of the CLI's. */
function withoutResult(stack: Stack): void {
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
}

/** A preview, whose output is kept back: where the program itself fails, its message is all there is to say. */
async function preview(
  stack: Stack,
  program: Program,
  options: NonNullable<Parameters<Stack["preview"]>[0]>,
): Promise<void> {
  const output: string[] = [];
  try {
    await stack.preview({ ...options, onOutput: (text) => output.push(text) });
  } catch (error) {
    if (program.problem) throw new EngineError(program.problem, { cause: error });
    process.stdout.write(output.join(""));
    throw error;
  }
  process.stdout.write(output.join(""));
}

/** The Pulumi program, as the engine runs it: once for each command, in this process. */
class Program {
  /** What the program says is wrong with its configuration. */
  problem: string | undefined;
  #runs = 0;

  async run(): Promise<Record<string, unknown>> {
    // Modules are cached, and importing this one is what registers the resources.
    this.#runs += 1;
    const url = `${pathToFileURL(resolve(PROGRAM)).href}?run=${this.#runs}`;
    try {
      return { ...((await import(url)) as Record<string, unknown>) };
    } catch (error) {
      if (RunError.isInstance(error)) this.problem = error.message;
      throw error;
    }
  }
}

async function openStack(
  stackName: string,
  program: Program,
  { projectName, directory, environment }: LocalWorkspace,
): Promise<Stack> {
  return AutomationWorkspace.createOrSelectStack(
    { stackName, projectName, program: () => program.run() },
    {
      workDir: directory,
      envVars: { ...environment },
      pulumiCommand: await installedPulumi(),
    },
  );
}

/** Throws `MissingProgram`. */
async function installedPulumi(): Promise<PulumiCommand> {
  try {
    return await PulumiCommand.get();
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("ENOENT"))) throw error;
    throw new MissingProgram("pulumi", error);
  }
}
