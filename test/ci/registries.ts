import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Cloud } from "@background-tasks/cloud/cloud.ts";
import { contextDigest, readContext } from "@background-tasks/program/image/buildContext.ts";
import { giveFiles } from "../support/givenImage.ts";

/** What copies images in the place of skopeo, which cannot reach Google's registries from here. */
export interface Registries extends AsyncDisposable {
  readonly url: string;
  /** What was copied: from where, and to which tag. */
  readonly copies: { readonly from: string; readonly to: string }[];
  /** Resolves with the first copy. */
  readonly copied: Promise<void>;
}

/** `images` is the folder in which the cloud keeps the files of the images that it was given. */
export async function startRegistries(cloud: Cloud, images: string): Promise<Registries> {
  const copies: { from: string; to: string }[] = [];
  const { promise: copied, resolve: tell } = Promise.withResolvers<undefined>();

  async function copy(request: IncomingMessage): Promise<void> {
    const asked = new URLSearchParams(await text(request));
    const from = nameOf(asked.get("from"));
    const to = nameOf(asked.get("to"));
    const digest = /@sha256:([0-9a-f]{64})$/.exec(from)?.[1] ?? "";
    const repository = to.replace(/:[^:/]*$/, "");
    await giveFiles(cloud, `${repository}@sha256:${digest}`, await folderOf(images, digest));
    copies.push({ from, to });
    tell(undefined);
  }

  const server = createServer((request, response) => {
    copy(request).then(
      () => response.end(),
      (error: unknown) => response.writeHead(404).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    copies,
    copied,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function nameOf(reference: string | null): string {
  return (reference ?? "").replace(/^docker:\/\//, "");
}

/** The folder with the files of this digest. */
async function folderOf(images: string, digest: string): Promise<string> {
  for (const name of await readdir(images)) {
    const folder = join(images, name);
    if (contextDigest(await readContext(folder)) === digest) return folder;
  }
  throw new Error(`No image with the digest '${digest}' was pushed.`);
}
