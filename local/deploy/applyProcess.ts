import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { RunError } from "@pulumi/pulumi";
import { apiAt } from "./api.ts";
import { applyProgram } from "./applyProgram.ts";
import type { Reply, Request } from "./apply.ts";
import { DeploymentError } from "./deployment.ts";

// The process that applies a program once: its parent (apply.ts) sends what to apply, hears of every
// change, and is told how it ended.

function reply(message: Reply): void {
  process.send?.(message);
}

async function apply(request: Request): Promise<void> {
  const { program, endpoint, gcpProject, gcpRegion, isKept = false, ...args } = request;
  const { resources, outputs, error } = await applyProgram({
    ...args,
    loadProgram: () =>
      import(pathToFileURL(resolve(program)).href) as Promise<Record<string, unknown>>,
    context: { api: apiAt(endpoint), project: gcpProject, region: gcpRegion },
    onChange: (change, resources) => {
      reply({ change, ...(isKept && { resources }) });
    },
    resumes: isKept,
  });
  // Else Pulumi tells, as the process ends, of every output that a failure has left behind.
  if (error) process.exitCode = 1;
  reply({ applied: { resources, outputs }, ...(error && { error: describe(error) }) });
}

/** What a person is told: a stack only where the program itself broke. */
function describe(error: Error): string {
  return isExpected(error) ? error.message : (error.stack ?? error.message);
}

function isExpected(error: Error): boolean {
  return error instanceof DeploymentError || RunError.isInstance(error);
}

process.once("message", (request: Request) => {
  void apply(request).finally(() => {
    process.disconnect();
  });
});
// The parent is gone: so is the reason to go on.
process.once("disconnect", () => process.exit());
// Pulumi raises one for every output that a failed resource leaves behind; the failure itself is reported.
process.on("unhandledRejection", () => undefined);
