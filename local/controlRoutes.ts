import { z } from "zod";
import { LOCAL_OUTPUTS_PATH } from "../tasks/localCloud.ts";
import { GoogleError } from "./google/googleError.ts";
import type { ControlRoutes } from "./google/plainRoutes.ts";
import type { ImageStore } from "./google/run/imageStore.ts";

/** Where the deployer puts the files of an image that it built. */
export const IMAGES_PATH = "/local/v1/images";

const imageSchema = z.strictObject({
  /** The image's name, with its digest. */
  image: z.string(),
  /** The files of the build context, in base64, by their path in it. */
  files: z.record(z.string(), z.base64()),
});

/** What the local cloud answers about itself, beside Google's API. */
export function controlRoutes(
  images: ImageStore,
  /** The outputs of the stack that is deployed; `undefined` until there is one. */
  outputs: () => object | undefined,
): ControlRoutes {
  return {
    [`GET ${LOCAL_OUTPUTS_PATH}`]: () => {
      const deployed = outputs();
      if (deployed) return deployed;
      throw new GoogleError("FAILED_PRECONDITION", "The stack is not deployed yet.");
    },
    [`POST ${IMAGES_PATH}`]: async (body) => {
      const { data, error } = imageSchema.safeParse(body);
      if (error) throw new GoogleError("INVALID_ARGUMENT", z.prettifyError(error));
      const files = Object.entries(data.files).map(([path, file]): [string, Buffer] => [
        path,
        Buffer.from(file, "base64"),
      ]);
      await images.put(data.image, Object.fromEntries(files));
      return {};
    },
  };
}
