import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import { typeScriptVariables } from "./typeScriptVariables.ts";

/** With this code, Pulumi's runner has told already what went wrong. */
const HAS_TOLD = 32;

/** Runs a program as Pulumi's own host does: in Pulumi's runner, in the program's folder. */
export async function runProgram(
  request: messages.RunRequest,
  engine: string,
): Promise<messages.RunResponse> {
  const info = request.getInfo();
  if (!info) throw new Error("The engine does not say where the program is.");
  const response = new messages.RunResponse();
  const runner = runnerOf(info.getProgramDirectory(), "run");
  if (runner === undefined) return response.setError(NOT_INSTALLED);

  const child = spawn("node", [runner, ...argumentsOf(request, info, engine)], {
    // What the program prints is the engine's to show.
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...configVariables(request), ...typeScriptVariables(info) },
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === 0) return response;
  if (code === HAS_TOLD) return response.setBail(true);
  return response.setError(`Program exited with non-zero exit code: ${code ?? String(signal)}`);
}

export const NOT_INSTALLED =
  "It looks like the Pulumi SDK has not been installed. Have you run pulumi install?";

/** A script of the SDK that is installed for a folder; `undefined` where none is. */
export function runnerOf(folder: string, name: string): string | undefined {
  try {
    return createRequire(`${folder}/`).resolve(`@pulumi/pulumi/cmd/${name}/index.js`);
  } catch {
    return undefined;
  }
}

function argumentsOf(
  request: messages.RunRequest,
  info: messages.ProgramInfo,
  engine: string,
): string[] {
  const options = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(options).flatMap(([name, value]) =>
      value === "" ? [] : [`--${name}`, value],
    ),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

function configVariables(request: messages.RunRequest): Record<string, string> {
  const config = request.getConfigMap().toObject(true) as [key: string, value: string][];
  // The host's form of a key has a part of its own between the namespace and the name.
  const keyed = config.map(([key, value]) => [key.replace(":", ":config:"), value] as const);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(keyed)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}
