import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { MissingProgram, runProgram } from "../command/program.ts";

/** Where `npm run up -- --local` keeps stacks on the local cloud, and what their secrets are encrypted with. */
export const LOCAL_STACKS = { folder: ".pulumi-local", passphrase: "local" } as const;

/**
 * The outputs of a stack, as the Pulumi CLI reads them from the backend that it is logged in to; with `local`,
 * from the one of `npm run up -- --local`.
 */
export async function pulumiOutputs(stack: string, local: boolean): Promise<unknown> {
  const folder = resolve(LOCAL_STACKS.folder);
  const nothing = `There is no stack '${stack}' on the local cloud. Make it: npm run up -- --stack ${stack} --local`;
  if (local && !existsSync(folder)) throw new Error(nothing);
  try {
    const command = ["stack", "output", "--json", "--stack", stack];
    const where = local ? { cwd: folder, env: { ...process.env, ...backendIn(folder) } } : {};
    return JSON.parse(await runProgram("pulumi", command, where));
  } catch (error) {
    if (error instanceof MissingProgram) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (local && reason.includes("no stack named")) throw new Error(nothing, { cause: error });
    throw new Error(
      `Cannot read the outputs of stack '${stack}' with the Pulumi CLI: ${reason.trim()}` +
        (local || !existsSync(folder)
          ? ""
          : "\nA stack that 'npm run up -- --local' made is named with --local, too."),
      { cause: error },
    );
  }
}

function backendIn(folder: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: LOCAL_STACKS.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
