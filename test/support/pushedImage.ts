import type { Cloud } from "@background-tasks/cloud/cloud.ts";
import { readContext } from "@background-tasks/program/image/buildContext.ts";
import { LOCAL_IMAGES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import {
  digestOf,
  type MemoryRegistry,
} from "@background-tasks/cloud/test/support/memoryRegistry.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/**
 * Puts an image of these files into a repository of a registry, as a Docker engine would. Returns its digest.
 */
export async function pushImage(
  folder: string,
  { registry, repository }: { registry: MemoryRegistry; repository: string },
): Promise<string> {
  const files = await readContext(folder);
  const put = (bytes: Buffer) => {
    const digest = digestOf(bytes);
    registry.blobs.set(`${repository} ${digest}`, bytes);
    return { digest, size: bytes.length };
  };
  const config = put(Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux" })));
  const layers = [...files.values()].map((file) => put(file));
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers }));
  const digest = digestOf(manifest);
  registry.manifests.set(`${repository} ${digest}`, { mediaType: MANIFEST, bytes: manifest });
  return digest;
}

/** Gives a local cloud the files of an image, which it pulls from no registry. */
export async function giveFiles(
  { endpoint, deployToken }: Pick<Cloud, "endpoint" | "deployToken">,
  image: string,
  folder: string,
): Promise<void> {
  const files = await readContext(folder);
  await apiAt(endpoint, deployToken).post(LOCAL_IMAGES_PATH, {
    image,
    files: Object.fromEntries([...files].map(([name, file]) => [name, file.toString("base64")])),
  });
}
