import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const MAX_OUTPUT = 2 ** 26;

/** Runs Docker's command line and returns what it prints. Throws what it says where it fails. */
export async function docker(args: readonly string[], signal?: AbortSignal): Promise<string> {
  return (await dockerOutput(args, signal)).stdout.trim();
}

/** The same, with what it writes to standard error: of a container's log, that part. */
export async function dockerOutput(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    const options = { maxBuffer: MAX_OUTPUT, ...(signal && { signal }) };
    return await promisify(execFile)("docker", args, options);
  } catch (error) {
    signal?.throwIfAborted();
    const said = failureSchema.safeParse(error).data?.stderr.trim() ?? "";
    const reason = said === "" ? String(error) : said;
    throw new Error(`'docker ${args[0] ?? ""}' failed: ${reason}`, { cause: error });
  }
}

const failureSchema = z.object({ stderr: z.string() });

/** Why no Docker engine can be used, or `undefined` where one can. */
export async function engineProblem(): Promise<string | undefined> {
  try {
    await docker(["version", "--format", "{{.Server.Version}}"]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
