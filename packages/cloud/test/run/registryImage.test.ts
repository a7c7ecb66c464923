import { gzipSync, zstdCompressSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { pack, type Header } from "tar-stream";
import { digestOf, memoryRegistry, type MemoryRegistry } from "../support/memoryRegistry.ts";
import { RUNTIME, server, startLocalRun, WORKER, type LocalRun } from "./localRun.ts";

const REPOSITORY = "p/worker";
const OCI = "application/vnd.oci.image";

type Entry = readonly [header: string | (Partial<Header> & { name: string }), content?: string];

interface Pushed {
  readonly layers: readonly (readonly Entry[])[];
  readonly config?: object;
  readonly compression?: "gzip" | "zstd";
  readonly isIndex?: boolean;
}

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, content] of entries) {
    tar.entry(typeof header === "string" ? { name: header } : header, content ?? "");
  }
  tar.finalize();
  return buffer(tar);
}

/** Puts an image into the registry. Returns its name. */
async function push(registry: MemoryRegistry, pushed: Pushed): Promise<string> {
  const { layers, config = APP, compression = "gzip", isIndex = false } = pushed;
  const compress = compression === "gzip" ? gzipSync : zstdCompressSync;
  const blob = (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes);
    registry.blobs.set(`${REPOSITORY} ${digest}`, bytes);
    return { digest, mediaType, size: bytes.length };
  };
  const manifest = (document: object, mediaType: string) => {
    const bytes = Buffer.from(JSON.stringify(document));
    registry.manifests.set(`${REPOSITORY} ${digestOf(bytes)}`, { mediaType, bytes });
    return { digest: digestOf(bytes), mediaType, size: bytes.length };
  };
  const packed = await Promise.all(layers.map(archive));
  const single = manifest(
    {
      schemaVersion: 2,
      config: blob(Buffer.from(JSON.stringify({ config })), `${OCI}.config.v1+json`),
      layers: packed.map((tar) => blob(compress(tar), `${OCI}.layer.v1.tar+${compression}`)),
    },
    `${OCI}.manifest.v1+json`,
  );
  const other = { ...single, digest: `sha256:${"0".repeat(64)}` };
  const platform = (architecture: string) => ({ platform: { os: "linux", architecture } });
  const { digest } = isIndex
    ? manifest(
        {
          manifests: [
            { ...other, ...platform("arm64") },
            { ...single, ...platform("amd64") },
          ],
        },
        `${OCI}.index.v1+json`,
      )
    : single;
  return `${new URL(registry.url).host}/${REPOSITORY}@${digest}`;
}

const APP = { WorkingDir: "/app", Entrypoint: ["/nodejs/bin/node"], Cmd: ["main.js"] };
/** A program that answers with the files beside it. */
const LIST = server(
  "(_, s) => s.end(require('node:fs').readdirSync('.', { recursive: true }).sort().join())",
);

async function create(local: LocalRun, image: string): Promise<{ error?: { message: string } }> {
  const template = { serviceAccount: RUNTIME, containers: [{ image }] };
  const body = { invokerIamDisabled: true, template };
  return local.call("CreateService", WORKER, body, "serviceId=worker");
}

describe("An image in a registry on this machine", () => {
  let registry: MemoryRegistry;
  let local: LocalRun;

  beforeEach(async () => {
    registry = await memoryRegistry(REPOSITORY);
    local = await startLocalRun();
  });
  afterEach(async () => {
    await local[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  it.each([
    { compression: "gzip" as const, isIndex: false },
    { compression: "zstd" as const, isIndex: false },
    { compression: "gzip" as const, isIndex: true },
  ])("is run from its layers: $compression, for several platforms $isIndex", async (how) => {
    const image = await push(registry, {
      ...how,
      layers: [
        [["nodejs/bin/node", "a binary"]],
        [["app/main.js", server("(_, s) => s.end('run')")]],
      ],
    });

    const { error } = await create(local, image);

    expect(error).toBeUndefined();
    expect((await local.ask()).body).toBe("run");
  });

  it("has what its layers leave of its working directory, and nothing else", async () => {
    const image = await push(registry, {
      layers: [
        [
          ["usr/lib/system.so", "x"],
          ["app/main.js", "an older one"],
          ["app/gone.js", "x"],
          ["app/old/a.js", "x"],
          ["app/dir/a.js", "x"],
          ["app/dir/b.js", "x"],
          ["appendix.js", "x"],
        ],
        [
          ["./app/main.js", LIST],
          ["app/.wh.gone.js"],
          ["app/.wh.old"],
          ["app/dir/c.js", "x"],
          ["app/dir/.wh..wh..opq"],
          [{ name: "app/hard.js", type: "link", linkname: "app/main.js" }],
          [{ name: "app/soft.js", type: "symlink", linkname: "/etc/passwd" }],
          ["app/../../app/deep/d.js", "x"],
        ],
      ],
    });

    await create(local, image);

    expect((await local.ask()).body).toBe("deep,deep/d.js,dir,dir/c.js,hard.js,main.js");
  });

  it.each([
    { config: { Entrypoint: ["node"], Cmd: ["/srv/dist/main.js"] }, file: "srv/dist/main.js" },
    {
      config: { WorkingDir: "/srv", Cmd: ["node", "/srv/dist/main.js"] },
      file: "srv/dist/main.js",
    },
    { config: { WorkingDir: "/srv/", Cmd: ["node", "dist/main.js"] }, file: "srv/dist/main.js" },
  ])("is entered as $config says", async ({ config, file }) => {
    const image = await push(registry, {
      config,
      layers: [[[file, server("(_, s) => s.end('in')")]]],
    });

    await create(local, image);

    expect((await local.ask()).body).toBe("in");
  });

  it("is taken once", async () => {
    const image = await push(registry, { layers: [[["app/main.js", LIST]]] });

    await create(local, image);
    const calls = registry.calls.length;
    await local.call(
      "UpdateService",
      { ...WORKER, service: "worker" },
      {
        template: {
          serviceAccount: RUNTIME,
          containers: [{ image, env: [{ name: "A", value: "1" }] }],
        },
      },
    );

    expect(calls).toBe(3);
    expect(registry.calls).toHaveLength(3);
  });

  it("fails the revision where the registry has no such image, or another", async () => {
    const image = await push(registry, { layers: [[["app/main.js", LIST]]] });
    const missing = image.replace(/[0-9a-f]{64}$/, "0".repeat(64));
    const [key = ""] = registry.blobs.keys();
    registry.blobs.set(key, Buffer.from('{"config":{}}'));

    expect((await create(local, missing)).error?.message).toMatch(
      /is not ready and cannot serve traffic\. Image '.*' cannot be taken from its registry\. http:.* is answered 404\.$/,
    );
    expect((await create(local, image)).error?.message).toMatch(
      /cannot be taken from its registry\. What the registry has as 'sha256:\w+' is 'sha256:\w+'\.$/,
    );
  });

  it("fails the revision where it has no directory of its own", async () => {
    const image = await push(registry, {
      config: { Cmd: ["node", "main.js"] },
      layers: [[["main.js", LIST]]],
    });

    expect((await create(local, image)).error?.message).toMatch(
      /Its program is in no directory of its own; name one in its Dockerfile, such as 'WORKDIR \/app'\.$/,
    );
  });

  it("is not followed to another machine", async () => {
    const { createServer } = await import("node:http");
    const seen: string[] = [];
    const redirecting = createServer((request, response) => {
      seen.push(request.url ?? "");
      response.writeHead(307, { location: `${registry.url}${request.url ?? ""}` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
    const { port } = redirecting.address() as { port: number };
    const image = await push(registry, { layers: [[["app/main.js", LIST]]] });

    const { error } = await create(local, image.replace(/^[^/]+/, `127.0.0.1:${port}`));
    redirecting.close();

    expect(error?.message).toContain("cannot be taken from its registry");
    expect(seen).toHaveLength(1);
    expect(registry.calls).toEqual([]);
  });
});
