import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { IMAGES_PATH } from "../../controlRoutes.ts";
import { text, type Context, type Properties, type ResourceType } from "../resourceType.ts";

/**
 * `docker:index/image:Image`, without a Docker engine: the files of the build context go to the local
 * cloud, under the digest of those files, and Cloud Run runs them from there.
 */
export const dockerImage: ResourceType = {
  replaceOn: [],
  nameInput: "",

  async create(inputs, context) {
    return { id: text(inputs, "imageName"), outputs: await build(inputs, context) };
  },

  update: (_old, inputs, context) => build(inputs, context),

  async delete() {
    // The resource does not delete tags, here or in a registry; says its documentation.
  },
};

async function build(inputs: Properties, { api }: Context): Promise<Properties> {
  const { context } = inputs["build"] as { context: string };
  const files = await readContext(context);
  const imageName = text(inputs, "imageName");
  const repository = imageName.replace(/:[^:/]*$/, "");
  const repoDigest = `${repository}@sha256:${contextDigest(files)}`;
  await api.post(IMAGES_PATH, {
    image: repoDigest,
    files: Object.fromEntries([...files].map(([name, file]) => [name, file.toString("base64")])),
  });
  return { ...inputs, imageName, repoDigest };
}

/** The files of a build context by their path in it. */
export async function readContext(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, Buffer]> => [
        path.slice(join(directory, "/").length),
        await readFile(path),
      ]),
    ),
  );
}

/** The SHA-256 of a build context: of its paths and bytes, and of nothing else. */
export function contextDigest(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash("sha256");
  for (const [path, file] of files) {
    hash.update(`${path}\0${file.length}\0`);
    hash.update(file);
  }
  return hash.digest("hex");
}
