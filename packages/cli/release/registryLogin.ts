import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file that says who one is at registries, for as long as it is in use. */
export interface RegistryLogin extends AsyncDisposable {
  /** The value of `--authfile`. */
  readonly file: string;
}

/**
 * Writes an access token where a tool for images looks for it: everybody can read a process's arguments, and its
 * own user alone this file.
 */
export async function registryLogin(
  hosts: readonly string[],
  token: string,
): Promise<RegistryLogin> {
  // Google takes an access token as the password of this name.
  const auth = Buffer.from(`oauth2accesstoken:${token}`).toString("base64");
  const auths = Object.fromEntries(hosts.map((host) => [host, { auth }]));
  const directory = await mkdtemp(join(tmpdir(), "registry-login-"));
  const file = join(directory, "auth.json");
  await writeFile(file, JSON.stringify({ auths }), { mode: 0o600 });
  return {
    file,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
