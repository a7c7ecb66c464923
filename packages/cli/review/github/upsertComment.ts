import { z } from "zod";
import type { GithubApi } from "./githubApi.ts";

/** Who writes what workflows write. */
const BOT = "github-actions[bot]";

const comments = z.array(
  z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);

const MAX_TRIES = 3;

/**
 * Writes the one comment on a pull request that begins with `marker`: the one that is there is edited in
 * place, but for one that ends with `keep`. A comment of anybody else that copies the marker is left alone.
 */
export async function upsertComment(
  api: GithubApi,
  pullRequest: number,
  marker: string,
  body: string,
  keep?: string,
): Promise<"created" | "updated" | "unchanged"> {
  for (let tries = 1; ; tries += 1) {
    const own = await findComment(api, pullRequest, marker);
    if (own?.body === body) return tries === 1 ? "unchanged" : "created";
    if (keep !== undefined && own?.body?.endsWith(keep) === true) return "unchanged";
    if (own) {
      await api.request("PATCH", `/issues/comments/${own.id}`, { body });
      return "updated";
    }
    try {
      await api.request("POST", `/issues/${pullRequest}/comments`, { body });
      return "created";
    } catch (error) {
      // It may have been written nevertheless: the next round looks first.
      if (tries === MAX_TRIES) throw error;
    }
  }
}

async function findComment(api: GithubApi, pullRequest: number, marker: string) {
  const found = comments.parse(await api.list(`/issues/${pullRequest}/comments`));
  return found.find(({ body, user }) => user?.login === BOT && body?.startsWith(marker) === true);
}
