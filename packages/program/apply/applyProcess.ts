import "../evaluate/lateModules.ts";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RunError } from "@pulumi/pulumi";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { apiAt } from "../resources/api.ts";
import { applyProgram } from "./applyProgram.ts";
import { tellBroken } from "../evaluate/tellBroken.ts";
import { drawIds } from "./drawIds.ts";
import { REMEMBERED, type Reply, type Request } from "./apply.ts";
import { DeploymentError, type StackResource } from "./deployment.ts";
import { withStandIns } from "../stack/standIns.ts";

// The process that applies a program once: its parent (apply.ts) sends what to apply, hears of every
// change, and is told how it ended. The program is the working directory's.

const PROGRAM = "infra/index.ts";

/** Resolves once it is on its way: what is not sent when the process disconnects is lost. */
function reply(message: Reply): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => {
      resolve();
    });
  });
}

/** Those who wait until the parent remembers what it was told, in the order of their words. */
const waiting: (() => void)[] = [];

function remember(resources: readonly StackResource[]): Promise<void> {
  const remembered = new Promise<void>((resolve) => {
    waiting.push(resolve);
  });
  void reply({ resources });
  return remembered;
}

async function apply(request: Request): Promise<void> {
  const { deployToken, gcpProject, gcpRegion, services, idsHad = [], ...args } = request;
  let config;
  try {
    const { settings } = await loadContract();
    ({ config } = withStandIns(args, settings, ({ local, example }) =>
      local === undefined ? example : services[local],
    ));
  } catch (error) {
    // What `tasks/` says cannot be read: nothing has been done.
    const applied = { resources: args.resources, outputs: {} };
    await reply({
      applied,
      error: describe(error instanceof Error ? error : new Error(String(error))),
    });
    return;
  }
  const { resources, outputs, error } = await applyProgram({
    ...args,
    config,
    loadProgram: () =>
      import(pathToFileURL(resolve(PROGRAM)).href) as Promise<Record<string, unknown>>,
    context: {
      api: apiAt(args.endpoint, deployToken),
      project: gcpProject,
      region: gcpRegion,
      draw: drawIds(args.stack, idsHad),
    },
    listener: {
      onChange: (change) => {
        void reply({ change });
      },
      onResources: remember,
    },
  });
  // Else Pulumi tells, as the process ends, of every output that a failure has left behind.
  if (error) process.exitCode = 1;
  await reply({ applied: { resources, outputs }, ...(error && { error: describe(error) }) });
}

/** What a person is told: a stack only where the program itself broke. */
function describe(error: Error): string {
  return isExpected(error) ? error.message : tellBroken(error, process.cwd());
}

function isExpected(error: Error): boolean {
  return error instanceof DeploymentError || RunError.isInstance(error);
}

process.on("message", (message: Request | typeof REMEMBERED) => {
  if (message === REMEMBERED) {
    waiting.shift()?.();
    return;
  }
  void apply(message).finally(() => {
    process.disconnect();
  });
});
// The parent is gone: so is the reason to go on.
process.once("disconnect", () => process.exit());
// Pulumi raises one for every output that a failed resource leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
