import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A stack that is deployed. */
export interface DeployedStack {
  readonly stack: string;
  /** On the local cloud, by `npm run up -- --local`. */
  readonly local: boolean;
  /** The local cloud's port. @default - that of `npm start` */
  readonly port?: number | undefined;
}

const ENGINE = fileURLToPath(new URL("../main.ts", import.meta.url));
/** What the engine says of a large stack. */
const MAX_BYTES = 100_000_000;

/**
 * Has the engine look up each resource of a stack in the cloud, and change nothing, neither there nor in the
 * state. Returns its events. Throws where it fails, with what it said.
 */
export async function lookUp({ stack, local, port }: DeployedStack): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "policy-"));
  const log = join(folder, "events.json");
  const where = local ? ["--local", ...(port === undefined ? [] : [`--port=${port}`])] : [];
  const command = ["pulumi", "refresh", "--preview-only", "--non-interactive", "--event-log", log];
  try {
    await promisify(execFile)(process.execPath, [ENGINE, ...command, "--stack", stack, ...where], {
      maxBuffer: MAX_BYTES,
    });
    const lines = readFileSync(log, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
  } catch (error) {
    const { stdout = "", stderr = "" } = error as {
      readonly stdout?: string;
      readonly stderr?: string;
    };
    const said = `${stdout}${stderr}`.trim();
    const reason = said !== "" ? said : error instanceof Error ? error.message : String(error);
    throw new Error(`Stack '${stack}' cannot be looked up. ${reason}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
