import type { Cloud } from "@background-tasks/cloud/cloud.ts";
import { readContext } from "@background-tasks/program/image/buildContext.ts";
import { LOCAL_IMAGES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { apiAt } from "@background-tasks/program/resources/api.ts";

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
