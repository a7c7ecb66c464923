import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The files of a build context by their path in it. */
export async function readContext(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, Buffer]> => [
        path.slice(join(directory, "/").length),
        await readFile(path),
      ]),
    ),
  );
}

/** The SHA-256 of a build context: of its paths and bytes, and of nothing else. */
export function contextDigest(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash("sha256");
  for (const [path, file] of files) {
    hash.update(`${path}\0${file.length}\0`);
    hash.update(file);
  }
  return hash.digest("hex");
}
