import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EngineError } from "./engineFailure.ts";

/**
 * Checks the types of what is deployed, and of nothing else: `infra/tsconfig.json` says what that is. What is wrong is
 * told in this terminal. Throws `EngineError` where anything is.
 */
export async function checkTypes(): Promise<void> {
  const compiler = createRequire(join(process.cwd(), "package.json")).resolve("typescript/bin/tsc");
  // Standard output is the command's own, which may be JSON.
  const child = spawn(process.execPath, [compiler, "--project", "infra"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.pipe(process.stderr, { end: false });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  throw new EngineError(
    "What is deployed has type errors: nothing was changed. '--no-type-check' goes on all the same.",
  );
}
