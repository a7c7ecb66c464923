/** An image by digest: `host/path@sha256:…`. */
export interface ImageReference {
  readonly host: string;
  readonly repository: string;
  readonly digest: string;
}

const FORM = /^([a-z0-9.-]+(?::\d+)?)\/([a-z0-9][a-z0-9._/-]*)@(sha256:[0-9a-f]{64})$/;

/** Reads an image's name. Only a digest names the same bytes for ever. */
export function parseImage(text: string): ImageReference {
  const [, host, repository, digest] = FORM.exec(text) ?? [];
  if (host !== undefined && repository !== undefined && digest !== undefined) {
    return { host, repository, digest };
  }
  throw new Error(
    `Image '${text}' is not named by its digest; it must be 'host/project/repository/worker@sha256:…'.`,
  );
}

/** The image's name as `parseImage` reads it. */
export function imageName({ host, repository, digest }: ImageReference): string {
  return `${host}/${repository}@${digest}`;
}
