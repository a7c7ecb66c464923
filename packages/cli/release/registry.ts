import { createHash } from "node:crypto";
import { z } from "zod";

/** A repository of images, over the API that all registries share. https://github.com/opencontainers/distribution-spec */
export interface Registry {
  /** The bytes of a manifest and what kind it is. The bytes are what the digest says. */
  manifest(digest: string): Promise<Manifest>;
  putManifest(manifest: Manifest, reference: string): Promise<void>;
  hasBlob(digest: string): Promise<boolean>;
  blob(digest: string): Promise<Uint8Array<ArrayBuffer>>;
  putBlob(digest: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RegistrySettings {
  /** Such as `https://europe-west1-docker.pkg.dev`. */
  readonly url: string;
  /** Such as `my-project/prod-worker/worker`. */
  readonly repository: string;
  /** An access token of whoever copies. */
  readonly token: string;
  /** @default fetch */
  readonly send?: typeof fetch;
}

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** The images of one repository of a registry. */
export function openRegistry(settings: RegistrySettings): Registry {
  const { url, repository, token, send = fetch } = settings;
  const root = `${url}/v2/${repository}`;
  // Google takes an access token as the password of this name.
  const login = Buffer.from(`oauth2accesstoken:${token}`).toString("base64");
  const authorization = `Basic ${login}`;

  async function call(method: string, target: string, more: RequestInit = {}): Promise<Response> {
    const headers = { authorization, ...Object.fromEntries(new Headers(more.headers)) };
    const response = await send(target, { ...more, method, headers });
    if (response.ok || (method === "HEAD" && response.status === 404)) return response;
    throw new Error(
      `${method} ${target.split("?")[0] ?? ""} is refused: ${await reasonOf(response)}`,
    );
  }

  return {
    async manifest(digest) {
      const response = await call("GET", `${root}/manifests/${digest}`, {
        headers: { accept: MANIFESTS.join(", ") },
      });
      const bytes = checked(digest, new Uint8Array(await response.arrayBuffer()));
      return { bytes, mediaType: response.headers.get("content-type") ?? "" };
    },
    async putManifest({ bytes, mediaType }, reference) {
      await call("PUT", `${root}/manifests/${reference}`, {
        headers: { "content-type": mediaType },
        body: bytes,
      });
    },
    async hasBlob(digest) {
      return (await call("HEAD", `${root}/blobs/${digest}`)).ok;
    },
    async blob(digest) {
      const response = await call("GET", `${root}/blobs/${digest}`);
      return checked(digest, new Uint8Array(await response.arrayBuffer()));
    },
    async putBlob(digest, bytes) {
      const started = await call("POST", `${root}/blobs/uploads/`);
      const place = new URL(started.headers.get("location") ?? "", `${url}/`);
      place.searchParams.set("digest", digest);
      await call("PUT", place.href, {
        headers: { "content-type": "application/octet-stream" },
        body: bytes,
      });
    },
  };
}

/** Bytes that are what their digest says. */
function checked(digest: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const found = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (found === digest) return bytes;
  throw new Error(`What the registry has as '${digest}' is '${found}'.`);
}

const refusal = z.object({ errors: z.array(z.object({ message: z.string() })) });

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { errors } = refusal.parse(JSON.parse(text));
    return `${response.status} ${errors.map(({ message }) => message).join("; ")}`;
  } catch {
    // Not every front end in between speaks the registry's JSON.
    return `${response.status} ${response.statusText}`;
  }
}
