import { posix } from "node:path";

/** https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** The files below a directory of an image, as one layer after another leaves them. */
export class LayeredFiles {
  readonly #root: string;
  /** By full path. */
  readonly #files = new Map<string, Buffer>();
  /** What the present layer adds: what it takes away is of the layers below it alone. */
  readonly #added = new Map<string, Buffer>();
  #bytes = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** How much was added so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a file with that full path says anything about this directory. */
  holds(path: string): boolean {
    const gone = takenAwayBy(path);
    return isBelow(path, this.#root) || (gone !== undefined && isIn(this.#root, gone));
  }

  /** A file of the present layer; one with a whiteout's name takes away what it names. */
  add(path: string, bytes: Buffer): void {
    const gone = takenAwayBy(path);
    if (gone === undefined) {
      this.#added.set(path, bytes);
      this.#bytes += bytes.length;
      return;
    }
    for (const known of this.#files.keys()) {
      if (isIn(known, gone)) this.#files.delete(known);
    }
  }

  /** A second name of a file. */
  link(path: string, target: string): void {
    const file = this.#added.get(target) ?? this.#files.get(target);
    if (file && isBelow(path, this.#root)) this.#added.set(path, file);
  }

  endLayer(): void {
    for (const [path, file] of this.#added) {
      // A file takes the place of a directory.
      for (const known of this.#files.keys()) if (isBelow(known, path)) this.#files.delete(known);
      this.#files.set(path, file);
    }
    this.#added.clear();
  }

  /** By their path below the directory. */
  files(): Record<string, Buffer> {
    const prefix = this.#root.length + 1;
    return Object.fromEntries([...this.#files].map(([path, file]) => [path.slice(prefix), file]));
  }
}

/** What a whiteout takes away: a path with all below it, or all in its own directory. */
function takenAwayBy(path: string): string | undefined {
  const name = posix.basename(path);
  if (!name.startsWith(WHITEOUT)) return undefined;
  const directory = posix.dirname(path);
  return name === OPAQUE ? directory : posix.join(directory, name.slice(WHITEOUT.length));
}

function isIn(path: string, directory: string): boolean {
  return path === directory || isBelow(path, directory);
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
