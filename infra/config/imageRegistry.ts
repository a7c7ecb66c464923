import { isLoopback } from "@background-tasks/google/loopback.ts";
import { inStackFile } from "./places.ts";

/** What decides where the worker's image goes. */
export interface ImageSettings {
  readonly region: string;
  /** The registry that is set. */
  readonly registryHost: string | undefined;
  /** The image that is built already. */
  readonly workerImage: string | undefined;
}

/** The registry that the worker's image is pushed to. */
export function registryOf({ region, registryHost }: ImageSettings): string {
  return registryHost ?? `${region}-docker.pkg.dev`;
}

/**
 * What is wrong with the image's place, given the whole configuration: where the repository is in a local cloud, the
 * real docker provider would push the image to Google's own registry all the same.
 */
export function checkRegistry(
  image: ImageSettings,
  stack: string,
  config: Readonly<Record<string, string>>,
): string[] {
  if (image.registryHost !== undefined || image.workerImage !== undefined) return [];
  const repositories = config[REPOSITORIES_API] ?? "";
  if (!URL.canParse(repositories) || !isLoopback(new URL(repositories).hostname)) return [];
  return [
    `${inStackFile(stack)([REPOSITORIES_API])} is '${repositories}', a local cloud, and the worker's image would be pushed to '${registryOf(image)}', ` +
      "which is Google's. Set 'registryHost' to a registry on this machine, such as '127.0.0.1:5000', or " +
      "'workerImage' to an image of one; without Docker, deploy it with " +
      `'npm run up -- --stack ${stack} --local'.`,
  ];
}

/** The provider's setting of where the API of image repositories is. */
const REPOSITORIES_API = "gcp:artifactRegistryCustomEndpoint";
