import { z } from "zod";

const answer = z.object({
  template: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }),
});

/** The image that a service runs, as Cloud Run says; `undefined` where there is no such service. */
export async function deployedImage(
  /** The service's full name. */
  service: string,
  token: string,
  send: typeof fetch = fetch,
): Promise<string | undefined> {
  const response = await send(`https://run.googleapis.com/v2/${service}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    throw new Error(
      `Cloud Run does not tell of '${service}': ${response.status} ${response.statusText}`,
    );
  }
  return answer.parse(await response.json()).template.containers[0]?.image;
}
