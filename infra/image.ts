import { fileURLToPath } from "node:url";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository.js";
import { getClientConfigOutput } from "@pulumi/gcp/organizations/getClientConfig.js";
import { Image, type ImageArgs } from "@pulumi/docker/image.js";
import * as pulumi from "@pulumi/pulumi";
import { BUILD_CONTEXT } from "./buildContext.ts";
import { bundleWorker } from "./bundle.ts";
import type { KmsKeys } from "./config/kmsKeys.ts";
import { labelled, type Labels } from "./config/labels.ts";
import { cloudNames, type Naming } from "./config/names.ts";
import { transformed, type Transform } from "./transform.ts";

export interface WorkerImageArgs extends Naming {
  project: string;
  region: string;

  /** The host of the registry: Artifact Registry's, or a mirror of it. */
  registryHost: string;

  /** The image that the worker's files are added to. */
  baseImage: string;

  /**
   * An image that was built elsewhere, by digest.
   *
   * @default - the worker is bundled and built
   */
  workerImage?: string | undefined;

  /** @default - none */
  labels?: Labels;

  /** @default - Google's */
  kmsKeys?: KmsKeys;

  /** @default - the resources as this component asks for them */
  transform?: { repository?: Transform<RepositoryArgs>; image?: Transform<ImageArgs> };
}

/** The worker's image, and the repository that keeps it. */
export class WorkerImage extends pulumi.ComponentResource {
  /** The image by digest: what it names never changes. */
  readonly digest: pulumi.Output<string>;
  /** Where its images are: `europe-west1-docker.pkg.dev/my-project/dev-worker/worker`. */
  readonly repository: pulumi.Output<string>;

  constructor(name: string, args: WorkerImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:image:WorkerImage", name, {}, opts);
    const { stack, project, region, registryHost, workerImage, labels = {}, transform } = args;
    const kmsKeyName = args.kmsKeys?.artifactregistry;

    const repository = new Repository(
      name,
      transformed(transform?.repository, name, {
        repositoryId: cloudNames(args).repository,
        location: region,
        format: "DOCKER",
        description: `The worker of stack ${stack}.`,
        cleanupPolicies: CLEANUP_POLICIES,
        ...labelled(labels),
        ...(kmsKeyName !== undefined && { kmsKeyName }),
      }),
      {
        parent: this,
        dependsOn: opts?.dependsOn ?? [],
        // A move to another region that is broken off would else leave the old one behind, where its name is
        // taken on the way back. Cloud Run keeps a copy of what runs (https://cloud.google.com/run/docs/deploying).
        deleteBeforeReplace: true,
      },
    );
    this.repository = pulumi.interpolate`${registryHost}/${project}/${repository.repositoryId}/worker`;
    this.digest =
      workerImage === undefined
        ? buildImage(name, this.repository, args, this).repoDigest
        : pulumi.output(workerImage);

    this.registerOutputs({ digest: this.digest, repository: this.repository });
  }
}

/** Keeping wins over deleting: what is deployed, and what one may want to go back to. */
const CLEANUP_POLICIES = [
  { id: "delete-old", action: "DELETE", condition: { tagState: "ANY" } },
  { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
  {
    id: "keep-deployed",
    action: "KEEP",
    condition: { tagState: "TAGGED", tagPrefixes: ["deployed-"] },
  },
];

function buildImage(
  name: string,
  imageName: pulumi.Input<string>,
  { registryHost, baseImage, transform }: WorkerImageArgs,
  parent: pulumi.Resource,
): Image {
  bundleWorker({
    entry: "worker/main.ts",
    dockerfile: fileURLToPath(new URL("../worker/Dockerfile", import.meta.url)),
    directory: BUILD_CONTEXT,
  });
  return new Image(
    name,
    transformed(transform?.image, name, {
      imageName,
      build: {
        context: BUILD_CONTEXT,
        dockerfile: `${BUILD_CONTEXT}/Dockerfile`,
        platform: "linux/amd64",
        args: { BASE: baseImage },
      },
      // On the image and not on a provider: the token differs at every run, and a provider's would be a diff.
      registry: {
        server: registryHost,
        username: "oauth2accesstoken",
        password: pulumi.secret(getClientConfigOutput().accessToken),
      },
    }),
    { parent },
  );
}
