import { contextDigest, readContext } from "../image/buildContext.ts";
import { buildWithDocker, hasLocalRegistry } from "../image/buildWithDocker.ts";
import { engineProblem } from "../image/docker.ts";
import { LOCAL_IMAGES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { text, type Context, type Properties, type ResourceType } from "./resourceType.ts";

/**
 * `docker:index/image:Image`. The files of the build context go to the local cloud, and Cloud Run runs them
 * from there, under the digest of those files; or, where a Docker engine has built and pushed them, under
 * that of the image.
 */
export const dockerImage: ResourceType = {
  replaceOn: [],
  nameInput: "",
  required: ["imageName", "build"],
  recomputed: ["repoDigest"],

  // As the provider does: what is built is a function of the files, not of their folder's name.
  async complete(inputs) {
    const build = inputs["build"] as Properties | undefined;
    if (typeof build?.["context"] !== "string") return inputs;
    const files = await readContext(build["context"]);
    return { ...inputs, build: { ...build, contextDigest: contextDigest(files) } };
  },

  async create(inputs, context) {
    return { id: text(inputs, "imageName"), outputs: await build(inputs, context) };
  },

  update: (_old, inputs, context) => build(inputs, context),

  async delete() {
    // The resource does not delete tags, here or in a registry; says its documentation.
  },
};

async function build(inputs: Properties, { api, usesDocker }: Context): Promise<Properties> {
  const { context } = inputs["build"] as { context: string };
  const files = await readContext(context);
  const imageName = text(inputs, "imageName");
  const repository = imageName.replace(/:[^:/]*$/, "");
  // A local cloud's images leave this machine never, whatever registry the stack has.
  const isPushed =
    usesDocker && hasLocalRegistry(imageName) && (await engineProblem()) === undefined;
  const { repoDigest } = isPushed
    ? await buildWithDocker(inputs)
    : { repoDigest: `${repository}@sha256:${contextDigest(files)}` };
  await api.post(LOCAL_IMAGES_PATH, {
    image: repoDigest,
    files: Object.fromEntries([...files].map(([name, file]) => [name, file.toString("base64")])),
  });
  return { ...inputs, imageName, repoDigest };
}
