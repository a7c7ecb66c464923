import { existsSync, readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import { dirname, extname, join } from "node:path";

const SETTLE_MS = 150;

/**
 * Calls `changed` with the files that changed, once they have been quiet for a moment: an editor writes a
 * file in several steps, and a branch switch writes many.
 *
 * @param folders - watched with all they contain
 * @param files - files of the current directory
 */
export function watchFiles(
  folders: readonly string[],
  files: readonly string[],
  changed: (files: readonly string[]) => void,
): { close(): void } {
  const seen = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (file: string): void => {
    // Editors leave files of their own behind for a moment.
    if (/(^|\/)[.#]|~$/.test(file)) return;
    seen.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const settled = [...seen].filter((one) => !isPassing(one)).sort();
      seen.clear();
      if (settled.length > 0) changed(settled);
    }, SETTLE_MS);
  };

  // Directories are watched, not files: an editor that replaces a file leaves a watch on the old one, which is how
  // Node's own recursive watch loses sight of it on Linux.
  const watchers = new Map<string, FSWatcher & { readonly inode: number }>();
  const watchFolder = (folder: string): void => {
    const inode = statSync(folder).ino;
    const known = watchers.get(folder);
    if (known?.inode === inode) return;
    // Another has taken its place.
    known?.close();
    const watcher = watch(folder, (_event, name) => {
      if (name === null) return;
      const path = join(folder, name);
      note(path);
      watchFolders(path);
    });
    // It was removed.
    watcher.on("error", () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, Object.assign(watcher, { inode }));
  };
  /** Watches what is a folder, and all folders in it. */
  const watchFolders = (path: string): void => {
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      watchFolder(path);
      for (const entry of entries) {
        if (entry.isDirectory() && entry.name !== "node_modules")
          watchFolders(join(path, entry.name));
      }
    } catch {
      // It is a file, or gone.
      watchers.get(path)?.close();
      watchers.delete(path);
    }
  };
  for (const folder of folders) watchFolders(folder);
  // The folders themselves may be replaced, as by a branch switch: what they are in tells.
  const parents = [...new Set([".", ...folders.map((folder) => dirname(folder))])].map((parent) =>
    watch(parent, (_event, name) => {
      const path = join(parent, name ?? "");
      if (files.includes(path)) note(path);
      if (!folders.includes(path)) return;
      note(path);
      watchFolders(path);
    }),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of [...parents, ...watchers.values()]) watcher.close();
    },
  };
}

/** Whether a file is one that an editor wrote to put it in another's place: it is gone, and was of no kind. */
function isPassing(file: string): boolean {
  return extname(file) === "" && !existsSync(file);
}
