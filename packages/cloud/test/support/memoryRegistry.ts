import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry of images in memory, to be read from, as https://github.com/opencontainers/distribution-spec has it. */
export interface MemoryRegistry extends AsyncDisposable {
  readonly url: string;
  /** By repository and digest. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  readonly blobs: Map<string, Buffer>;
  /** `GET /v2/…` as it came. */
  readonly calls: string[];
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Serves a registry whose only repository is this. */
export async function memoryRegistry(only: string): Promise<MemoryRegistry> {
  const registry = {
    manifests: new Map<string, { mediaType: string; bytes: Buffer }>(),
    blobs: new Map<string, Buffer>(),
    calls: [] as string[],
  };
  const server = createServer(({ method = "", url = "" }, response) => {
    const { pathname } = new URL(url, "http://registry");
    const [, repository = "", kind = "", name = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(pathname) ?? [];
    registry.calls.push(`${method} ${pathname}`);
    const key = `${repository} ${name}`;
    const manifest = registry.manifests.get(key);
    const blob = registry.blobs.get(key);
    if (repository !== only) {
      const error = { errors: [{ code: "NAME_UNKNOWN", message: "Repository not found" }] };
      response.writeHead(404).end(JSON.stringify(error));
    } else if (kind === "manifests" && manifest) {
      response.writeHead(200, { "content-type": manifest.mediaType }).end(manifest.bytes);
    } else if (kind === "blobs" && blob) {
      response.writeHead(200).end(blob);
    } else {
      response.writeHead(404).end();
    }
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => closed(server);
  return { ...registry, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
