import { z } from "zod";
import type { Manifest, Registry } from "./registry.ts";

/**
 * Copies an image with all that it consists of, byte for byte, so that it has the same digest there. What is
 * there already is not copied again. The tag keeps it from the repository's cleanup.
 */
export async function copyImage(
  from: Registry,
  to: Registry,
  digest: string,
  tag: string,
): Promise<void> {
  const manifest = await copyParts(from, to, digest);
  await to.putManifest(manifest, digest);
  await to.putManifest(manifest, tag);
}

/** Copies what a manifest names. A registry takes a manifest only after that. */
async function copyParts(from: Registry, to: Registry, digest: string): Promise<Manifest> {
  const manifest = await from.manifest(digest);
  const { config, layers, manifests } = parts.parse(
    JSON.parse(Buffer.from(manifest.bytes).toString()),
  );
  for (const part of manifests) {
    await to.putManifest(await copyParts(from, to, part.digest), part.digest);
  }
  for (const part of config ? [config, ...layers] : layers) {
    if (!(await to.hasBlob(part.digest))) {
      await to.putBlob(part.digest, await from.blob(part.digest));
    }
  }
  return manifest;
}

const part = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** An image has a configuration and layers, an index has images. */
const parts = z.object({
  config: part.optional(),
  layers: z.array(part).default([]),
  manifests: z.array(part).default([]),
});
