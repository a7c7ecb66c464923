import { z } from "zod";

/** An image by tag, by digest, or by both, where the tag is for people. */
export interface ImageName {
  readonly host: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string | undefined;
}

const FORM =
  /^((?:[a-z0-9-]+\.)+[a-z]+(?::\d+)?|(?:localhost|127\.0\.0\.1)(?::\d+)?)\/([a-z0-9._/-]+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Reads the name of an image with its registry. */
export function parseImageName(text: string): ImageName {
  const [, host, path, tag = "latest", digest] = FORM.exec(text) ?? [];
  if (host !== undefined && path !== undefined) return { host, path, tag, digest };
  throw new Error(
    `Image '${text}' must be named with its registry, such as 'gcr.io/distroless/nodejs24-debian13:nonroot'.`,
  );
}

/** Whether an image is named by digest: what it names never changes. */
export function isByDigest(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image);
}

/** The image by tag and by what the tag names now, as its registry says. */
export async function withDigest(image: string, send: typeof fetch): Promise<string> {
  const { host, path, tag } = parseImageName(image);
  const url = `https://${host}/v2/${path}/manifests/${tag}`;
  const headers = { accept: MANIFESTS.join(", ") };
  let response = await send(url, { method: "HEAD", headers });
  if (response.status === 401) {
    const authorization = await anonymousToken(response, send);
    response = await send(url, { method: "HEAD", headers: { ...headers, authorization } });
  }
  const digest = response.headers.get("docker-content-digest") ?? "";
  if (response.ok && isByDigest(`@${digest}`)) return `${host}/${path}:${tag}@${digest}`;
  throw new Error(
    `'${host}' tells no digest of image '${image}': ${response.status} ${response.statusText}.`,
  );
}

/** What an index or a manifest may be: an index is for every platform. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** What a registry asks of somebody who is nobody: https://distribution.github.io/distribution/spec/auth/token/ */
async function anonymousToken(refused: Response, send: typeof fetch): Promise<string> {
  const challenge = refused.headers.get("www-authenticate") ?? "";
  const parts = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const { realm = "", service = "", scope = "" } = parts;
  if (!realm.startsWith("https://")) {
    throw new Error(`The registry asks for a login that is not understood: '${challenge}'.`);
  }
  const response = await send(`${realm}?${new URLSearchParams({ service, scope }).toString()}`);
  const { token, access_token: other } = tokenAnswer.parse(await response.json());
  return `Bearer ${token ?? other ?? ""}`;
}

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** A stack's file with that base image, and every other line as it was. */
export function withBaseImage(text: string, project: string, image: string): string {
  const line = new RegExp(`^(\\s+(?:${project}:)?baseImage: ).*$`, "m");
  if (line.test(text)) return text.replace(line, `$1${image}`);
  const [, indent = "  "] = /^config:.*\n(?:\s*(?:#.*)?\n)*(\s+)\S/m.exec(text) ?? [];
  const entry =
    `${indent}# What the worker's file is added to. 'npm run tasks -- pin' writes it.\n` +
    `${indent}${project}:baseImage: ${image}\n`;
  if (/^config:\s*$/m.test(text)) return text.replace(/^config:[^\n]*\n?/m, `config:\n${entry}`);
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}config:\n${entry}`;
}
