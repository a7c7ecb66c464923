/** How a Node program of an image is run: `flags` are Node's own, with their values. */
export interface NodeCommand {
  readonly flags: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
}

/** What a container of a service puts in the place of the image's own ENTRYPOINT and CMD. */
export interface ContainerCommand {
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
}

/**
 * The Node program that an image runs: the first `.js`, `.mjs` or `.cjs` among the words of its ENTRYPOINT
 * and CMD (exec form), or of the `command` and `args` that a container puts in their place. Throws where there
 * is none, and where a container gives Node flags: they can have it load whatever is on the machine.
 */
export function nodeCommand(dockerfile: string, container: ContainerCommand = {}): NodeCommand {
  const entrypoint = container.command ?? instruction(dockerfile, "ENTRYPOINT");
  // An entry point of the container's own drops the image's CMD, as in Kubernetes.
  const args = container.args ?? (container.command ? [] : instruction(dockerfile, "CMD"));
  const words = [...entrypoint, ...args];
  const isContainers = (index: number): boolean =>
    index < entrypoint.length ? container.command !== undefined : container.args !== undefined;

  const flags: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word.startsWith("-")) {
      if (isContainers(at)) throw new Error(flagProblem(word));
      flags.push(word);
      // Its value, which may be a script too.
      if (TAKES_VALUE.has(word)) flags.push(words[(at += 1)] ?? "");
    } else if (/\.[cm]?js$/.test(word)) {
      return { flags, script: word, args: words.slice(at + 1) };
    }
  }
  throw new Error(
    `The image's command is ${JSON.stringify(words)}; the local cloud runs a Node program, named by a .js, .mjs or .cjs file in ENTRYPOINT or CMD (exec form).`,
  );
}

/** Flags whose value is a word of its own. */
const TAKES_VALUE: ReadonlySet<string> = new Set([
  ...["-r", "--require", "--import", "--loader", "--experimental-loader"],
  ...["-C", "--conditions", "--env-file", "--env-file-if-exists"],
]);

function flagProblem(flag: string): string {
  return `The container's command gives Node the flag '${flag}'; here, Node's flags are the image's own: name it in ENTRYPOINT or CMD.`;
}

/** The words of the last instruction of that name, in exec form: `CMD ["node", "main.js"]`. */
function instruction(dockerfile: string, name: string): string[] {
  const lines = dockerfile.replace(/\\\r?\n/g, " ").split("\n");
  const found = lines
    .map((line) => argumentOf(line.trim(), name))
    .filter((one) => one !== undefined);
  const words: unknown = JSON.parse(found.at(-1) ?? "[]");
  return Array.isArray(words) ? words.map(String) : [];
}

/** What follows the name of an instruction, where that is a list. */
function argumentOf(line: string, name: string): string | undefined {
  if (line.slice(0, name.length).toUpperCase() !== name) return undefined;
  const rest = line.slice(name.length);
  const argument = rest.trimStart();
  return argument !== rest && argument.startsWith("[") && argument.endsWith("]")
    ? argument
    : undefined;
}
