import { GoogleError } from "../api/googleError.ts";
import { readImageFiles } from "./imageFiles.ts";
import type { Image, ImageStore } from "./imageStore.ts";
import { isInLoopbackRegistry, openRegistryImage } from "./loopbackRegistry.ts";

/**
 * The image with its files: one that was given to the local cloud, or one of a registry on this machine, whose
 * files are then kept. `undefined` for one that is elsewhere. Throws where the registry's cannot be used.
 */
export async function findImage(images: ImageStore, image: string): Promise<Image | undefined> {
  const kept = images.find(image);
  if (kept || !isInLoopbackRegistry(image)) return kept;
  try {
    const { files, dockerfile } = await readImageFiles(await openRegistryImage(image));
    return await images.put(image, files, dockerfile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GoogleError(
      "FAILED_PRECONDITION",
      `Image '${image}' cannot be taken from its registry. ${reason}`,
    );
  }
}

/** Whether the image can be run here: it was given to the local cloud, or is in a registry on this machine. */
export function isOnThisMachine(images: ImageStore, image: string): boolean {
  return images.find(image) !== undefined || isInLoopbackRegistry(image);
}

/** What is said where an image is elsewhere. */
export function elsewhere(image: string): string {
  return (
    `The image '${image}' is not on this machine, and the local cloud takes images from registries on ` +
    "127.0.0.1 alone: push it to one, and deploy it from there."
  );
}
