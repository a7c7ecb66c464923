import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { attachProviders } from "@background-tasks/program/provider/attachedProviders.ts";
import { openLocalWorkspace } from "@background-tasks/cli/engine/localWorkspace.ts";
import type { EngineOrder, EngineReport } from "./engine.ts";

/*
 * The process that runs the real engine once, as `npm run preview -- --local` does, and tells how long the
 * program had its turn.
 */

const PROGRAM = "infra/index.ts";

process.once("message", (order: EngineOrder) => {
  void run(order).then((report) => {
    process.send?.(report);
    process.disconnect();
  });
});
// All is told, or whoever gave the order is gone.
process.once("disconnect", () => process.exit());

async function run(order: EngineOrder): Promise<EngineReport> {
  const providers = await attachProviders(order.endpoint, order.deployToken);
  try {
    return await evaluate(order, providers.addresses);
  } catch (error) {
    return { programMs: 0, changes: {}, problem: String(error) };
  } finally {
    providers.close();
  }
}

async function evaluate(order: EngineOrder, debugProviders: string): Promise<EngineReport> {
  const { command, stack: stackName, isEmpty, policyPack } = order;
  const { projectName, directory, environment } = await openLocalWorkspace(
    stackName,
    debugProviders,
    order.endpoint,
  );
  let programMs = 0;
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      stackName,
      projectName,
      program: async () => {
        if (isEmpty) return {};
        const start = performance.now();
        const program = await load();
        programMs = performance.now() - start;
        return program;
      },
    },
    { workDir: directory, envVars: { ...environment } },
  );
  if (command === "up") {
    await stack.up();
    return { programMs, changes: {} };
  }
  const policyPacks = policyPack === undefined ? [] : [policyPack];
  const { changeSummary: changes } = await stack.preview({ policyPacks });
  return { programMs, changes };
}

async function load(): Promise<Record<string, unknown>> {
  const url = pathToFileURL(resolve(PROGRAM)).href;
  return { ...((await import(url)) as Record<string, unknown>) };
}
