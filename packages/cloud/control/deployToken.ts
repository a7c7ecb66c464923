import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateHome } from "./stateHome.ts";

/** The variable with the token of a local cloud, for a command that cannot read the file. */
export const DEPLOY_TOKEN_VARIABLE = "LOCAL_CLOUD_TOKEN";

/**
 * Keeps the deploy token of the local cloud on a port where other commands of the same user find it, and nobody else:
 * in a file of mode 0600, in the user's home. Returns what removes it. Throws where it cannot be written.
 */
export function keepDeployToken(port: number, token: string): () => void {
  const file = fileOf(port);
  mkdirSync(directory(), { recursive: true, mode: 0o700 });
  // One that was left behind may have any mode, or be a link.
  rmSync(file, { force: true });
  writeFileSync(file, token, { flag: "wx", mode: 0o600 });
  return () => {
    rmSync(file, { force: true });
  };
}

/** The deploy token of the local cloud at that address, as far as this user may know it. */
export function deployTokenOf(endpoint: string): string | undefined {
  const given = process.env[DEPLOY_TOKEN_VARIABLE];
  if (given !== undefined && given !== "") return given;
  try {
    return readFileSync(fileOf(Number(new URL(endpoint).port)), "utf8");
  } catch {
    // Another user's, or one that was started by a test: without it, all can be done but to have code run.
    return undefined;
  }
}

function fileOf(port: number): string {
  return join(directory(), `${port}.token`);
}

function directory(): string {
  return join(stateHome(), "background-tasks");
}
