import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A provider's plugin, as its package wants it, with the digests of its archives. */
export interface PluginPin {
  readonly name: string;
  readonly version: string;
  /** By platform, such as `linux-amd64`. `undefined` where no digest of this version is known. */
  readonly sha256: Readonly<Record<string, string>> | undefined;
}

/** Where the digests are kept. A plugin without one says `null`. */
export const PLUGINS_FILE = ".ci/pulumi/plugins.json";

/** Where plugins come from. */
export const PLUGIN_SERVER = "https://get.pulumi.com/releases/plugins";

/** The platforms that a job or a laptop with Linux has. */
const PLATFORMS = ["linux-amd64", "linux-arm64"] as const;

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/, "a digest is 64 hexadecimal digits");

const pinsSchema = z.record(
  z.string(),
  z.strictObject({ version: z.string(), sha256: z.record(z.string(), SHA256).nullable() }),
);

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

/** Packages of Pulumi's that are no providers. */
const NO_PROVIDERS = ["pulumi", "policy"];

/** The plugins that the program's packages want. A digest of another version is none. */
export function pluginPins(directory: string): PluginPin[] {
  const { dependencies } = packageSchema.parse(readJson(directory, "package.json"));
  const pins = pinsSchema.parse(readJson(directory, PLUGINS_FILE));
  return Object.entries(dependencies)
    .flatMap(([dependency, version]) => {
      const [, name] = /^@pulumi\/(.+)$/.exec(dependency) ?? [];
      if (name === undefined || NO_PROVIDERS.includes(name)) return [];
      const pin = pins[name];
      return [{ name, version, sha256: (pin?.version === version && pin.sha256) || undefined }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The file's text with these plugins. */
export function pluginsText(pins: readonly PluginPin[]): string {
  const entries = pins.map(({ name, version, sha256 = null }) => [name, { version, sha256 }]);
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

/** The plugin with the digests of its archives, each of which is downloaded and read. */
export async function withDigests(
  { name, version }: PluginPin,
  digestOf: (url: string) => Promise<string>,
): Promise<PluginPin> {
  const sha256: Record<string, string> = {};
  for (const platform of PLATFORMS) {
    const archive = `pulumi-resource-${name}-v${version}-${platform}.tar.gz`;
    sha256[platform] = await digestOf(`${PLUGIN_SERVER}/${archive}`);
  }
  return { name, version, sha256 };
}

function readJson(directory: string, file: string): unknown {
  return JSON.parse(readFileSync(join(directory, file), "utf8"));
}
