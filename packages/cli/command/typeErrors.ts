import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The type errors of what is deployed, and of nothing else: `infra/tsconfig.json` of the working directory says what that
 * is. An error is a line, such as `tasks/tasks.ts(3,5): error TS2322: …`, with those that explain it beneath. `signal`
 * breaks the check off.
 */
export async function typeErrors(signal: AbortSignal): Promise<string[]> {
  const compiler = createRequire(join(process.cwd(), "package.json")).resolve("typescript/bin/tsc");
  // What is known from the last check makes the next one quicker.
  const known = join("dist", "types.tsbuildinfo");
  const args = ["--project", "infra", "--pretty", "false", "--incremental"];
  const child = spawn(process.execPath, [compiler, ...args, "--tsBuildInfoFile", known], {
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return [];
  const errors = text.trim().split(/\n(?!\s)/);
  return errors[0] === "" ? ["The TypeScript compiler ended without a word."] : errors;
}
