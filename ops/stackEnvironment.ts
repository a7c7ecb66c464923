import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { environment } from "../tasks/environment.ts";
import { LOCAL_OUTPUTS_PATH } from "../tasks/localCloud.ts";

/** Which stack a command works on: the one on this machine, or one that is deployed with Pulumi. */
export interface Target {
  /** The port of the local cloud's API. */
  readonly port: number;
  /** A Pulumi stack: then the local cloud is not asked. */
  readonly stack?: string | undefined;
}

const outputs = z.object({ clientEnvironment: z.record(z.string(), z.string()) });

/** The environment that a producer of that stack needs: the stack's output `clientEnvironment`. */
export async function stackEnvironment({ port, stack }: Target): Promise<Record<string, string>> {
  if (stack !== undefined) return pulumiOutput(stack);
  const endpoint = `http://127.0.0.1:${port}`;
  const { clientEnvironment } = outputs.parse(await localOutputs(endpoint));
  return { ...clientEnvironment, [environment.endpoint]: endpoint };
}

async function localOutputs(endpoint: string): Promise<unknown> {
  let response;
  try {
    response = await fetch(endpoint + LOCAL_OUTPUTS_PATH);
  } catch (error) {
    throw new Error(
      `No local cloud answers at ${endpoint}. Start one with 'npm start', name its port with ` +
        "--port, or name a deployed stack with --stack.",
      { cause: error },
    );
  }
  if (response.ok) return response.json();
  throw new Error(`The local cloud at ${endpoint} has no stack yet: ${await response.text()}`);
}

async function pulumiOutput(stack: string): Promise<Record<string, string>> {
  const args = ["stack", "output", "clientEnvironment", "--json", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args);
    return outputs.shape.clientEnvironment.parse(JSON.parse(stdout));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot read the outputs of stack '${stack}' with the Pulumi CLI: ${reason}`, {
      cause: error,
    });
  }
}
