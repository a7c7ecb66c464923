import { createRequire } from "node:module";
import { z } from "zod";
import { deployTokenOf } from "@background-tasks/cloud/control/deployToken.ts";
import { apiAt } from "../resources/api.ts";
import { resourceTypes } from "../resources/resourceTypes.ts";
import { Provider } from "./provider.ts";
import { serveProvider } from "./serveProvider.ts";

/** The packages whose resources the local cloud has. */
const PACKAGES = ["gcp", "docker", "random"];

/** Providers of the local cloud, in the place of the real ones. */
export interface AttachedProviders {
  /** The value of PULUMI_DEBUG_PROVIDERS. */
  readonly addresses: string;
  close(): void;
}

/**
 * Serves a provider for each package. `endpoint` is the address of the local cloud's API; its deploy token is the one
 * that this user may read, unless it is given.
 */
export async function attachProviders(
  endpoint: string,
  deployToken = deployTokenOf(endpoint),
): Promise<AttachedProviders> {
  const served = await Promise.all(
    PACKAGES.map((name) =>
      serveProvider(new Provider(resourceTypes, apiAt(endpoint, deployToken)), versionOf(name)),
    ),
  );
  return {
    addresses: served.map(({ port }, index) => `${String(PACKAGES[index])}:${port}`).join(),
    close: () => {
      for (const provider of served) provider.close();
    },
  };
}

/** The version that the program's own package has: the engine warns where a provider's differs. */
function versionOf(name: string): string {
  const installed: unknown = createRequire(import.meta.url)(`@pulumi/${name}/package.json`);
  return z.object({ version: z.string() }).parse(installed).version;
}
