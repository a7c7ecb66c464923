import { createHash } from "node:crypto";
import { Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { z } from "zod";

const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
/** What a registry must take, and nothing here exceeds. https://github.com/opencontainers/distribution-spec */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
const MAX_LAYER_BYTES = 1024 ** 3;
const MAX_LAYERS = 500;
const ANSWER_MS = 30_000;
const IMAGE =
  /^((?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?)\/([a-z0-9][a-z0-9._/-]*)(?::[\w.-]+)?@(sha256:[0-9a-f]{64})$/;

const descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  mediaType: z.string(),
  size: z.int(),
});
const index = z.object({
  manifests: z.array(
    descriptor.extend({
      platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
    }),
  ),
});
const manifest = z.object({ config: descriptor, layers: z.array(descriptor).max(MAX_LAYERS) });
const words = z.array(z.string()).nullish();
const config = z.object({
  config: z.object({ WorkingDir: z.string().nullish(), Entrypoint: words, Cmd: words }).default({}),
});

/** An image of a registry on this machine. */
export interface RegistryImage {
  readonly workingDirectory: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** The layers, the lowest first, each as a tar archive. Reading one to its end checks its digest. */
  readonly layers: readonly (() => Promise<AsyncIterable<Uint8Array>>)[];
}

/** Whether an image is named by its digest in a registry on this machine. Nothing else is ever asked for. */
export function isInLoopbackRegistry(image: string): boolean {
  return IMAGE.test(image);
}

/** Reads the manifest and the configuration of an image. Throws where the registry has none that is usable. */
export async function openRegistryImage(image: string): Promise<RegistryImage> {
  const [, host = "", repository = "", digest = ""] = IMAGE.exec(image) ?? [];
  const root = `http://${host}/v2/${repository}`;
  const { config: settings, layers } = await readManifest(root, digest);
  const { config: run } = config.parse(
    await readJson(`${root}/blobs/${settings.digest}`, settings.digest),
  );
  return {
    workingDirectory: run.WorkingDir ?? "",
    entrypoint: run.Entrypoint ?? [],
    cmd: run.Cmd ?? [],
    layers: layers.map((layer) => () => readLayer(root, layer)),
  };
}

/** The manifest; of an image for several platforms, that of the one which Cloud Run has. */
async function readManifest(root: string, digest: string): Promise<z.output<typeof manifest>> {
  const document = await readJson(`${root}/manifests/${digest}`, digest);
  const platforms = index.safeParse(document).data?.manifests;
  if (!platforms) return manifest.parse(document);
  const found = platforms.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === "amd64",
  );
  if (!found) throw new Error(`Image '${digest}' is none for linux/amd64, which Cloud Run runs.`);
  return manifest.parse(await readJson(`${root}/manifests/${found.digest}`, found.digest));
}

async function readJson(url: string, digest: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  const body = await get(url, AbortSignal.timeout(ANSWER_MS));
  for await (const chunk of checked(body, digest, MAX_DOCUMENT_BYTES)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function readLayer(
  root: string,
  { digest, mediaType }: z.output<typeof descriptor>,
): Promise<AsyncIterable<Uint8Array>> {
  const body = checked(await get(`${root}/blobs/${digest}`), digest, MAX_LAYER_BYTES);
  const unpack = decompressor(mediaType);
  if (!unpack) return body;
  const source = Readable.from(body);
  // The archive's reader hears of what went wrong before it.
  source.once("error", (error) => unpack.destroy(error));
  return source.pipe(unpack);
}

function decompressor(mediaType: string): Transform | undefined {
  if (/gzip$/.test(mediaType)) return createGunzip();
  if (/zstd$/.test(mediaType)) return createZstdDecompress();
  if (/tar$/.test(mediaType)) return undefined;
  throw new Error(`A layer is of type '${mediaType}', which is not read here.`);
}

async function get(url: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  let response;
  try {
    // A registry may send its clients elsewhere; from here nobody goes.
    response = await fetch(url, {
      headers: { accept: [...MANIFEST_TYPES, "*/*;q=0.1"].join(", ") },
      redirect: "error",
      ...(signal && { signal }),
    });
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    const reason = cause instanceof Error ? cause.message : String(error);
    throw new Error(`${url} cannot be read: ${reason}`, { cause: error });
  }
  if (response.ok && response.body) return response.body;
  throw new Error(`${url} is answered ${response.status}.`);
}

/** Passes on what it reads, and throws at the end of what is not what its digest says. */
async function* checked(
  body: AsyncIterable<Uint8Array>,
  digest: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`'${digest}' has more than ${maxBytes} bytes.`);
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== digest) throw new Error(`What the registry has as '${digest}' is '${found}'.`);
}
