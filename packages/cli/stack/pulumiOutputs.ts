import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { MissingProgram, runProgram } from "../command/program.ts";
import { backendAdvice } from "./backendAdvice.ts";

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
    const { env } = process;
    const where = local ? { cwd: folder, env: { ...env, ...backendIn(folder) } } : { env };
    return JSON.parse(await runProgram("pulumi", command, where));
  } catch (error) {
    if (error instanceof MissingProgram) throw error;
    const reason = reasonOf(error as Error);
    const isUnknown = reason.includes("no stack named");
    if (local && isUnknown) throw new Error(nothing, { cause: error });
    const advice = isUnknown ? elsewhere(stack) : backendAdvice(stack, reason);
    const byLocal = "A stack that 'npm run up -- --local' made is named with --local, too.";
    const lines = [
      `Cannot read the outputs of stack '${stack}' with the Pulumi CLI: ${reason}`,
      ...(advice === undefined ? [] : [advice]),
      ...(local || !existsSync(folder) ? [] : [byLocal]),
    ];
    throw new Error(lines.join("\n"), { cause: error });
  }
}

function backendIn(folder: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: LOCAL_STACKS.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** What the CLI said went wrong, from the first error that it told. */
function reasonOf({ message }: Error): string {
  const [, reasons = message] = /^error: (.*)/ms.exec(message) ?? [];
  const lines = reasons.split("\n").map((line) => line.replace(/^error: /, ""));
  return [...new Set(lines)].join("\n").trim();
}

/** Of a stack that this backend does not have. */
function elsewhere(stack: string): string {
  return (
    "'pulumi stack ls --all' shows those of the backend that you are logged in to, which 'pulumi whoami --verbose' names. " +
    `If it was not deployed yet: npm run up -- --stack ${stack}`
  );
}
