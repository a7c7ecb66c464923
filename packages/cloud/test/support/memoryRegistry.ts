import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A registry of images in memory, as https://github.com/opencontainers/distribution-spec has it. */
export interface MemoryRegistry extends AsyncDisposable {
  readonly url: string;
  /** By repository and digest or tag. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  readonly blobs: Map<string, Buffer>;
  /** `GET /v2/…` as it came, with who asked. */
  readonly calls: string[];
  readonly logins: Set<string>;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Serves a registry whose only repositories are these. */
export async function memoryRegistry(...repositories: string[]): Promise<MemoryRegistry> {
  const registry = {
    manifests: new Map<string, { mediaType: string; bytes: Buffer }>(),
    blobs: new Map<string, Buffer>(),
    calls: [] as string[],
    logins: new Set<string>(),
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = await buffer(request);
    const { pathname, searchParams } = new URL(url, "http://registry");
    const [, repository = "", kind = "", name = ""] =
      /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/(.*)$/.exec(pathname) ?? [];
    registry.calls.push(`${method} ${pathname}`);
    registry.logins.add(headers.authorization ?? "");
    const key = `${repository} ${name}`;
    const end = (status: number, content?: Buffer, more: Record<string, string> = {}): void => {
      response.writeHead(status, more).end(content);
    };
    if (!repositories.includes(repository)) {
      const error = { errors: [{ code: "NAME_UNKNOWN", message: "Repository not found" }] };
      end(404, Buffer.from(JSON.stringify(error)));
    } else if (kind === "blobs/uploads" && method === "POST") {
      end(202, undefined, { location: `/v2/${repository}/blobs/uploads/1?_state=x` });
    } else if (kind === "blobs/uploads") {
      const digest = searchParams.get("digest") ?? "";
      const isWhole = searchParams.get("_state") === "x" && digest === digestOf(body);
      if (isWhole) registry.blobs.set(`${repository} ${digest}`, body);
      end(isWhole ? 201 : 400);
    } else if (kind === "manifests" && method === "PUT") {
      registry.manifests.set(key, { mediaType: headers["content-type"] ?? "", bytes: body });
      end(201);
    } else if (kind === "manifests") {
      const found = registry.manifests.get(key);
      if (found) end(200, found.bytes, { "content-type": found.mediaType });
      else end(404);
    } else {
      const found = registry.blobs.get(key);
      end(found ? 200 : 404, method === "HEAD" ? undefined : found);
    }
  }

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
