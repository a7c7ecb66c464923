/** How a Node program of an image is run: `flags` are Node's own. */
export interface NodeCommand {
  readonly flags: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
}

/**
 * The Node program that an image runs: the first `.js`, `.mjs` or `.cjs` among the words of its ENTRYPOINT
 * and CMD (exec form), or of the `command` and `args` that a container puts in their place. Throws
 * where there is none.
 */
export function nodeCommand(
  dockerfile: string,
  container: {
    readonly command?: readonly string[] | undefined;
    readonly args?: readonly string[] | undefined;
  } = {},
): NodeCommand {
  const entrypoint = container.command ?? instruction(dockerfile, "ENTRYPOINT");
  // An entry point of the container's own drops the image's CMD, as in Kubernetes.
  const args = container.args ?? (container.command ? [] : instruction(dockerfile, "CMD"));
  const words = [...entrypoint, ...args];
  const at = words.findIndex((word) => /\.[cm]?js$/.test(word));
  const script = words[at];
  if (script === undefined) {
    throw new Error(
      `The image's command is ${JSON.stringify(words)}; the local cloud runs a Node program, named by a .js, .mjs or .cjs file in ENTRYPOINT or CMD (exec form).`,
    );
  }
  return {
    flags: words.slice(0, at).filter((word) => word.startsWith("-")),
    script,
    args: words.slice(at + 1),
  };
}

/** The words of the last instruction of that name, in exec form: `CMD ["node", "main.js"]`. */
function instruction(dockerfile: string, name: string): string[] {
  const joined = dockerfile.replace(/\\\r?\n/g, " ");
  const found = [...joined.matchAll(new RegExp(`^[ \\t]*${name}[ \\t]+(\\[.*\\])[ \\t]*$`, "gim"))];
  const json = found.at(-1)?.[1];
  if (json === undefined) return [];
  const words: unknown = JSON.parse(json);
  return Array.isArray(words) ? words.map(String) : [];
}
