import { join } from "node:path";
import { z } from "zod";
import { pinActions } from "./actionPins.ts";
import { withBaseImage, withDigest } from "./baseImage.ts";
import { actionFiles, baseImages } from "./missingPins.ts";
import { PLUGINS_FILE, pluginPins, pluginsText, withDigests } from "./pluginPins.ts";

/** What pinning asks and changes. */
export interface Pinning {
  /** The project's folder. */
  readonly directory: string;
  readonly send: typeof fetch;
  /** The SHA-256 of what is at an address. */
  readonly digestOf: (url: string) => Promise<string>;
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string) => void;
  /** A token for GitHub, which else answers sixty questions an hour. */
  readonly token: string | undefined;
}

/** What `pin` did. */
export interface Pinned {
  /** The files that are other than they were. */
  readonly written: readonly string[];
  /** The versions of actions that name another commit than the one that is written. */
  readonly moved: readonly string[];
}

/** Names by digest or commit whatever a deployment takes from the net. A plugin that has its digests keeps them. */
export async function pin(pinning: Pinning): Promise<Pinned> {
  const { directory, send, digestOf, read, write } = pinning;
  const written: string[] = [];
  const put = (file: string, text: string): void => {
    const path = join(directory, file);
    if (read(path) === text) return;
    write(path, text);
    written.push(file);
  };

  const commitOf = commitsAtGithub(pinning);
  const moved = new Set<string>();
  for (const file of actionFiles(directory)) {
    const pinned = await pinActions(read(join(directory, file)), commitOf);
    put(file, pinned.text);
    for (const one of pinned.moved) moved.add(one);
  }
  const images = new Map<string, string>();
  for (const { file, image, project } of baseImages(directory)) {
    const digest = images.get(image) ?? (await withDigest(image, send));
    images.set(image, digest);
    put(file, withBaseImage(read(join(directory, file)), project, digest));
  }
  const plugins = [];
  for (const plugin of pluginPins(directory)) {
    plugins.push(plugin.sha256 ? plugin : await withDigests(plugin, digestOf));
  }
  put(PLUGINS_FILE, pluginsText(plugins));
  return { written, moved: [...moved] };
}

const commit = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) });

/** GitHub's word on which commit a tag names, asked once for each. */
function commitsAtGithub({ send, token }: Pinning) {
  const known = new Map<string, string>();
  return async (repository: string, tag: string): Promise<string> => {
    const url = `https://api.github.com/repos/${repository}/commits/${encodeURIComponent(tag)}`;
    const found = known.get(url);
    if (found !== undefined) return found;
    const response = await send(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (!response.ok) {
      throw new Error(
        `GitHub tells no commit of '${repository}@${tag}': ${response.status} ${response.statusText}. ` +
          "Without GITHUB_TOKEN it answers sixty questions an hour.",
      );
    }
    const { sha } = commit.parse(await response.json());
    known.set(url, sha);
    return sha;
  };
}
