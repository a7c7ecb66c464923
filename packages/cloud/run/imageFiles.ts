import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { LayeredFiles } from "./layeredFiles.ts";
import type { RegistryImage } from "./loopbackRegistry.ts";

/** The program of an image, without the system that it stands on. */
export interface ImageFiles {
  /** By their path below the program's directory. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** The instructions that say what is run, their paths below that directory. */
  readonly dockerfile: string;
}

/** Of what is kept. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Of the whole image, unpacked. */
const MAX_UNPACKED_BYTES = 8 * 1024 ** 3;

/**
 * Reads from an image's layers what its program needs: the files below its working directory; below that of
 * its script, where the working directory is the whole image. Symbolic links are left out.
 */
export async function readImageFiles(image: RegistryImage): Promise<ImageFiles> {
  const root = rootOf(image);
  const tree = new LayeredFiles(root);
  let left = MAX_UNPACKED_BYTES;
  for (const layer of image.layers) left = await applyLayer(await layer(), tree, left);
  const below = (word: string): string =>
    word.startsWith(`${root}/`) ? word.slice(root.length + 1) : word;
  return {
    files: tree.files(),
    dockerfile: [
      `ENTRYPOINT ${JSON.stringify(image.entrypoint.map(below))}`,
      `CMD ${JSON.stringify(image.cmd.map(below))}`,
    ].join("\n"),
  };
}

/** Where the program is: `/app`. */
function rootOf({ workingDirectory, entrypoint, cmd }: RegistryImage): string {
  const directory = posix.resolve("/", workingDirectory);
  if (directory !== "/") return directory;
  const script = [...entrypoint, ...cmd].find((word) => /\.[cm]?js$/.test(word)) ?? "";
  const root = posix.dirname(posix.resolve("/", script));
  if (root !== "/") return root;
  throw new Error(
    "Its program is in no directory of its own; name one in its Dockerfile, such as 'WORKDIR /app'.",
  );
}

/** Lays one layer over those below it. Returns how many bytes the others may still have, unpacked. */
async function applyLayer(
  archive: AsyncIterable<Uint8Array>,
  tree: LayeredFiles,
  maxBytes: number,
): Promise<number> {
  let left = maxBytes;
  const unpack = extract();
  unpack.on("entry", ({ name, type, size, linkname }, content, next) => {
    const path = posix.resolve("/", name);
    left -= size;
    if (left < 0 || tree.bytes + (tree.holds(path) ? size : 0) > MAX_BYTES) {
      next(new Error(`It has more than ${left < 0 ? MAX_UNPACKED_BYTES : MAX_BYTES} bytes.`));
      return;
    }
    if (type === "link") tree.link(path, posix.resolve("/", linkname));
    if (type !== "file" || !tree.holds(path)) {
      content.resume();
      content.once("end", next);
      return;
    }
    buffer(content).then(
      (bytes) => {
        tree.add(path, bytes);
        next();
      },
      () => {
        // The archive itself failed, and says so.
        next();
      },
    );
  });
  await pipeline(archive, unpack);
  tree.endLayer();
  return left;
}
