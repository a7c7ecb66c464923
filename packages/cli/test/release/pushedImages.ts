import { createHash } from "node:crypto";

/** Where images are pushed to, and as whom. */
export interface Destination {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `project/repository/worker` */
  readonly repository: string;
  readonly token: string;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function call(
  { token }: Destination,
  method: string,
  url: string,
  more: { headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> } = {},
): Promise<Response> {
  const login = Buffer.from(`oauth2accesstoken:${token}`).toString("base64");
  const headers = { authorization: `Basic ${login}`, ...more.headers };
  const response = await fetch(url, { ...more, method, headers });
  if (!response.ok) throw new Error(`${method} ${url}: ${await response.text()}`);
  return response;
}

async function pushBlob(to: Destination, bytes: Uint8Array<ArrayBuffer>) {
  const digest = digestOf(bytes);
  const uploads = `http://${to.host}/v2/${to.repository}/blobs/uploads/`;
  const { headers } = await call(to, "POST", uploads);
  const url = new URL(headers.get("location") ?? "", uploads);
  url.searchParams.set("digest", digest);
  await call(to, "PUT", url.href, {
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
  });
  return { digest, size: bytes.length };
}

async function pushManifest(to: Destination, mediaType: string, content: object) {
  // Not as `JSON.stringify` would have it by itself: a copy keeps these bytes, too.
  const bytes = new TextEncoder().encode(JSON.stringify({ ...content, mediaType }, null, 3));
  const digest = digestOf(bytes);
  await call(to, "PUT", `http://${to.host}/v2/${to.repository}/manifests/${digest}`, {
    headers: { "content-type": mediaType },
    body: bytes,
  });
  return { mediaType, digest, size: bytes.length };
}

/** Pushes an image for one kind of machine. */
export async function pushImage(to: Destination, architecture = "amd64") {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const layer = await pushBlob(to, bytes(`a layer for ${architecture}`));
  const config = {
    architecture,
    os: "linux",
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  };
  return pushManifest(to, MANIFEST, {
    schemaVersion: 2,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      ...(await pushBlob(to, bytes(JSON.stringify(config)))),
    },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...layer }],
  });
}

/** Pushes an index of one image for each kind of machine. */
export async function pushIndex(to: Destination, architectures: readonly string[]) {
  const manifests = [];
  for (const architecture of architectures) {
    const image = await pushImage(to, architecture);
    manifests.push({ ...image, platform: { architecture, os: "linux" } });
  }
  const index = await pushManifest(to, INDEX, { schemaVersion: 2, manifests });
  return { ...index, manifests };
}

/** The bytes of a manifest, by digest or tag. */
export async function manifestAt(from: Destination, reference: string): Promise<Buffer> {
  const url = `http://${from.host}/v2/${from.repository}/manifests/${reference}`;
  const response = await call(from, "GET", url, {
    headers: { accept: [MANIFEST, INDEX].join(", ") },
  });
  return Buffer.from(await response.arrayBuffer());
}
