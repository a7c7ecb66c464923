import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs `npm run up` of a stack in this terminal, without a question. Throws where it fails, which has told why. */
export async function runUp(stack: string, args: readonly string[]): Promise<void> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "up", "--stack", stack, "--yes", ...args], {
    stdio: "inherit",
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`'up' of stack '${stack}' ended with ${String(code)}.`);
}
