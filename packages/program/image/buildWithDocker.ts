import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isLoopback } from "@background-tasks/google/loopback.ts";
import { docker } from "./docker.ts";

const registrySchema = z.object({
  server: z.string(),
  username: z.string(),
  password: z.string(),
});

const inputsSchema = z.object({
  imageName: z.string(),
  build: z.object({
    context: z.string(),
    dockerfile: z.string(),
    platform: z.string().optional(),
    args: z.record(z.string(), z.string()).default({}),
  }),
  registry: registrySchema.optional(),
});

/** What is built: a part of the inputs of `docker:index/image:Image`. */
export type BuildInputs = z.input<typeof inputsSchema>;

/**
 * Builds an image with the Docker engine and pushes it, as `docker:index/image:Image` does. Returns what the
 * registry calls it: its name with the digest.
 */
export async function buildWithDocker(inputs: unknown): Promise<{ repoDigest: string }> {
  const { imageName, build, registry } = inputsSchema.parse(inputs);
  await buildImage(imageName, build);
  await push(imageName, registry);
  const digests = z
    .array(z.string())
    .parse(JSON.parse(await docker(["inspect", "--format", "{{json .RepoDigests}}", imageName])));
  const repository = imageName.replace(/:[^:/]*$/, "");
  const repoDigest = digests.find((digest) => digest.startsWith(`${repository}@`));
  if (repoDigest !== undefined) return { repoDigest };
  throw new Error(`Image '${imageName}' was pushed, and the engine knows no digest of it.`);
}

/** Builds an image and gives it a name. */
export async function buildImage(
  imageName: string,
  { context, dockerfile, platform, args = {} }: BuildInputs["build"],
  signal?: AbortSignal,
): Promise<void> {
  const given = Object.entries(args).flatMap(([name, value]) => [
    "--build-arg",
    `${name}=${value}`,
  ]);
  await docker(
    [
      ...["build", "--quiet", "--tag", imageName, "--file", dockerfile],
      ...(platform === undefined ? [] : ["--platform", platform]),
      // Nothing is fetched: the Dockerfile runs nothing.
      ...["--network", "none", ...given, context],
    ],
    signal,
  );
}

/** Whether an image's registry is on this machine, so that a push to it leaves nothing elsewhere. */
export function hasLocalRegistry(imageName: string): boolean {
  const [host = ""] = imageName.split("/", 1);
  return isLoopback(host.replace(/:\d+$/, ""));
}

async function push(
  imageName: string,
  registry: z.output<typeof registrySchema> | undefined,
): Promise<void> {
  if (!registry) {
    await docker(["push", "--quiet", imageName]);
    return;
  }
  const { server, username, password } = registry;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  // Not 'docker login': it would leave the token in the user's own configuration.
  const config = await mkdtemp(join(tmpdir(), "docker-config-"));
  try {
    const auths = { [server]: { auth } };
    await writeFile(join(config, "config.json"), JSON.stringify({ auths }), { mode: 0o600 });
    await docker(["--config", config, "push", "--quiet", imageName]);
  } finally {
    await rm(config, { recursive: true });
  }
}
