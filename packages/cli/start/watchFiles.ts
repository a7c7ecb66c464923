import { watch } from "node:fs";

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
      const settled = [...seen].sort();
      seen.clear();
      changed(settled);
    }, SETTLE_MS);
  };

  const watchers = folders.map((folder) =>
    watch(folder, { recursive: true }, (_event, name) => {
      if (name !== null) note(`${folder}/${name}`);
    }),
  );
  // The directory is watched, not the file: an editor that replaces a file leaves a watch on the old one.
  watchers.push(
    watch(".", (_event, name) => {
      if (name !== null && files.includes(name)) note(name);
    }),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
