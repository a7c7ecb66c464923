import type { Run } from "../command/program.ts";
import { PLUGIN_SERVER, type PluginPin } from "../pin/pluginPins.ts";

/** Installs plugins, and returns the names of those of which no digest for the platform is known. */
export async function installPlugins(
  plugins: readonly PluginPin[],
  platform: string,
  run: Run,
): Promise<string[]> {
  const unchecked: string[] = [];
  for (const { name, version, sha256 } of plugins) {
    const digest = sha256?.[platform];
    if (digest === undefined) unchecked.push(name);
    await run("pulumi", [
      ...["plugin", "install", "resource", name, `v${version}`, "--exact"],
      // Where the digest was made: another server may pack the same files otherwise.
      ...["--server", PLUGIN_SERVER],
      ...(digest === undefined ? [] : ["--checksum", digest]),
    ]);
  }
  return unchecked;
}
