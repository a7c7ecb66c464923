/** An image by digest. */
export interface ImageReference {
  /** `host/project/repository/worker` */
  readonly repository: string;
  /** `sha256:…` */
  readonly digest: string;
}

const FORM = /^([a-z0-9.-]+(?::\d+)?\/[a-z0-9][a-z0-9._/-]*)@(sha256:[0-9a-f]{64})$/;

/** Reads an image's name. Only a digest names the same bytes for ever. */
export function parseImage(text: string): ImageReference {
  const [, repository, digest] = FORM.exec(text) ?? [];
  if (repository !== undefined && digest !== undefined) return { repository, digest };
  throw new Error(
    `Image '${text}' is not named by its digest; it must be 'host/project/repository/worker@sha256:…'.`,
  );
}

/** The image's name as `parseImage` reads it. */
export function imageName({ repository, digest }: ImageReference): string {
  return `${repository}@${digest}`;
}

/** The registry of a repository: `127.0.0.1:5000`. */
export function hostOf(repository: string): string {
  return repository.split("/")[0] ?? "";
}
