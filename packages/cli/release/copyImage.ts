import { isLoopback } from "@background-tasks/google/loopback.ts";
import { hostOf, imageName, type ImageReference } from "./imageReference.ts";
import { registryLogin } from "./registryLogin.ts";
import { runSkopeo, type Skopeo } from "./skopeo.ts";

export interface Copying {
  readonly image: ImageReference;
  /** Where it goes: `host/project/repository/worker`. */
  readonly repository: string;
  /** It is tagged `deployed-<tag>` there, which keeps it from the repository's cleanup. */
  readonly tag: string;
  /** An access token of whoever copies. */
  readonly token: string;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * Copies an image with all that it consists of, byte for byte, so that it has the same digest there. What is
 * there already is not copied again. Returns its name there.
 */
export async function copyImage(
  { image, repository, tag, token, signal }: Copying,
  skopeo: Skopeo = runSkopeo,
): Promise<string> {
  if (!TAG.test(tag)) {
    throw new Error(
      `Tag '${tag}' must be at most 100 letters, digits, '_', '.' and '-', such as a commit.`,
    );
  }
  const [from, to] = [hostOf(image.repository), hostOf(repository)];
  await using login = await registryLogin([to, ...(isGoogles(from) ? [from] : [])], token);
  await skopeo(
    [
      "copy",
      ...["--all", "--preserve-digests", "--authfile", login.file],
      // As Docker has it: a registry on this machine needs no TLS.
      ...(isHere(from) ? ["--src-tls-verify=false"] : []),
      ...(isHere(to) ? ["--dest-tls-verify=false"] : []),
      `docker://${imageName(image)}`,
      `docker://${repository}:deployed-${tag}`,
    ],
    { signal },
  );
  return imageName({ repository, digest: image.digest });
}

const TAG = /^[\w.-]{1,100}$/;

/** Whoever names an image may name any registry; a token for Google is shown to Google and to the stack's own. */
function isGoogles(host: string): boolean {
  return /\.(?:pkg\.dev|gcr\.io)$|^gcr\.io$/.test(host);
}

function isHere(host: string): boolean {
  return isLoopback(new URL(`http://${host}`).hostname);
}
