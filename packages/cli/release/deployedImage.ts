import { z } from "zod";
import type { StackTarget } from "./stackTarget.ts";

const service = z.object({
  template: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }),
});

/**
 * The image that a stack's worker runs, as Cloud Run says; `undefined` before its first deployment.
 */
export async function deployedImage(
  { project, region, stack }: StackTarget,
  token: string,
  send: typeof fetch = fetch,
): Promise<string | undefined> {
  const name = `projects/${project}/locations/${region}/services/${stack}-worker`;
  const response = await send(`https://run.googleapis.com/v2/${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    throw new Error(
      `Cloud Run does not tell of '${name}': ${response.status} ${response.statusText}`,
    );
  }
  return service.parse(await response.json()).template.containers[0]?.image;
}
