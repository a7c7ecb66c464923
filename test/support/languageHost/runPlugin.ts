import { spawn } from "node:child_process";
import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import { NOT_INSTALLED, runnerOf } from "./runProgram.ts";
import { typeScriptVariables } from "./typeScriptVariables.ts";

type Call = grpc.ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>;

/**
 * Runs a policy pack as Pulumi's own host does: in the runner for packs, in the pack's folder, until the engine
 * ends the call. Other plugins are refused.
 */
export function runPlugin(call: Call): void {
  const { request } = call;
  const info = request.getInfo();
  const fail = (details: string): void => {
    call.destroy(Object.assign(new Error(details), { code: grpc.status.UNKNOWN, details }));
  };
  if (!info || request.getKind() !== "analyzer") {
    fail(`This host runs policy packs, and no plugin of the kind '${request.getKind()}'.`);
    return;
  }
  const folder = info.getProgramDirectory();
  const runner = runnerOf(folder, "run-policy-pack");
  if (runner === undefined) {
    fail(NOT_INSTALLED);
    return;
  }

  const child = spawn("node", [runner, ...request.getArgsList(), folder], {
    cwd: folder,
    env: { ...environmentOf(request), ...typeScriptVariables(info) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (text: Buffer) => {
    call.write(new messages.RunPluginResponse().setStdout(text));
  });
  child.stderr.on("data", (text: Buffer) => {
    call.write(new messages.RunPluginResponse().setStderr(text));
  });
  child.once("close", (code) => {
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => {
    child.kill();
  });
}

function environmentOf(request: messages.RunPluginRequest): Record<string, string> {
  return Object.fromEntries(
    request.getEnvList().map((variable) => {
      const at = variable.indexOf("=");
      return [variable.slice(0, at), variable.slice(at + 1)];
    }),
  );
}
