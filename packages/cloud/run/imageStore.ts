import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, normalize, sep } from "node:path";
import { GoogleError } from "../api/googleError.ts";
import { memoryStore, type KeptMap, type Store } from "../data/store.ts";
import { nodeCommand, type ContainerCommand, type NodeCommand } from "./imageCommand.ts";

/** An image whose files are on this machine. */
export interface Image {
  readonly directory: string;
  readonly dockerfile: string;
}

/** The images that were pushed to the local cloud: the files of their build contexts. */
export class ImageStore {
  readonly #images: KeptMap<Image>;
  readonly #directory: string | undefined;
  #temporary: Promise<string> | undefined;

  /** Without a directory, the files are in a temporary one until `close`. */
  constructor(store: Store = memoryStore, directory?: string) {
    this.#images = store.map("images");
    this.#directory = directory;
  }

  /**
   * Keeps the files of an image, named by its digest: `HOST/REPOSITORY/NAME@sha256:…`. Without `dockerfile`, its
   * instructions are in the file of that name.
   */
  async put(
    image: string,
    files: Readonly<Record<string, Buffer>>,
    dockerfile?: string,
  ): Promise<Image> {
    const key = withoutTag(image);
    if (!DIGEST.test(key)) {
      throw new GoogleError("INVALID_ARGUMENT", `Image '${image}' is not named by a digest.`);
    }
    const kept = this.#images.get(key);
    if (kept) return kept;
    checkPaths(Object.keys(files));
    const directory = join(await this.#root(), randomUUID());
    // Whoever may write there may say what is run.
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const [path, file] of Object.entries(files)) await write(directory, path, file);
    const added = { directory, dockerfile: dockerfile ?? files["Dockerfile"]?.toString() ?? "" };
    this.#images.set(key, added);
    return added;
  }

  find(image: string): Image | undefined {
    return this.#images.get(withoutTag(image));
  }

  /** Removes the files that are temporary. */
  async close(): Promise<void> {
    if (this.#temporary) await rm(await this.#temporary, { recursive: true, force: true });
  }

  #root(): string | Promise<string> {
    return this.#directory ?? (this.#temporary ??= mkdtemp(join(tmpdir(), "cloud-run-")));
  }
}

/** The program of an image, its script as a path on this machine. Throws where it has none. */
export function programOf(image: Image, container: ContainerCommand): NodeCommand {
  const command = nodeCommand(image.dockerfile, container);
  // Where COPY put a file in the image is not followed: the build context is flat.
  const script = [command.script, basename(command.script)]
    .map((path) => join(image.directory, path))
    .find((path) => path.startsWith(image.directory + sep) && existsSync(path));
  if (script === undefined) {
    throw new Error(`The image's command runs '${command.script}', which is not in the image.`);
  }
  return { ...command, script };
}

const DIGEST = /@sha256:[0-9a-f]{64}$/;

// What file systems take, less what the directory of the images may need of a path.
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2048;

function withoutTag(image: string): string {
  return image.replace(/:[^:/@]+@/, "@");
}

/** Throws for files that cannot all be below one directory. */
function checkPaths(paths: readonly string[]): void {
  const directories = new Set(paths.flatMap(directoriesOf));
  for (const path of paths) {
    const problem = pathProblem(path) ?? (directories.has(path) ? "is a directory too" : undefined);
    if (problem !== undefined) {
      throw new GoogleError("INVALID_ARGUMENT", `File '${path}' ${problem}.`);
    }
  }
}

function pathProblem(path: string): string | undefined {
  if (path === "" || path.endsWith("/")) return "has no name";
  if (path.includes("\0")) return "has a NUL in its name";
  // Two of them would be one file: bytes have no halves of characters.
  if (!path.isWellFormed()) return "has half a character in its name";
  if (normalize(`/${path}`) !== `/${path}`) return "is outside the image";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `has a path of over ${MAX_PATH_BYTES} bytes`;
  const long = path.split("/").some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES);
  return long ? `has a name of over ${MAX_NAME_BYTES} bytes` : undefined;
}

/** The directories that a path goes through: of `a/b/c.js`, `a` and `a/b`. */
function directoriesOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function write(directory: string, path: string, file: Buffer): Promise<void> {
  const target = join(directory, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, file);
}
