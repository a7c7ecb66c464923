import { ChangesMade } from "../engine/changesMade.ts";
import { code, tableRows } from "../review/comment/markdown.ts";

/** What a deployment came to. */
export interface Release {
  readonly stack: string;
  /** The image that the stack runs now, if it runs one. */
  readonly image: string | undefined;
  /** The one that it ran before. */
  readonly before: string | undefined;
  /** The names of resources by what was done to them. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

/** A deployment in Markdown, for whoever asks a week later what it did. */
export function releaseSummary({ stack, image, before, changes }: Release): string {
  const rows = Object.entries(changes).map(([done, names]) => [
    done,
    String(names.length),
    names.map(code).join(", "),
  ]);
  return [
    `## Stack ${code(stack)}`,
    `It runs ${image === undefined ? "nothing" : code(image)}.`,
    ...(rows.length === 0
      ? ["No resource was changed."]
      : [tableRows(["What", "", "Resources"], rows).join("\n")]),
    wayBack(stack, image, before),
  ].join("\n\n");
}

function wayBack(stack: string, image: string | undefined, before: string | undefined): string {
  if (before === undefined || before === "") return "There is no earlier image to go back to.";
  if (before === image) return "The image is the one that it ran before.";
  return (
    `To go back, run the workflow _Roll back_ for stack ${code(stack)} with this image, or revert the commit:\n\n` +
    `    ${before}`
  );
}

/** What the engine's events say was done: the lines of its event log. */
export function readChanges(log: string): Readonly<Record<string, readonly string[]>> {
  const changes = new ChangesMade();
  for (const line of log.split("\n")) {
    try {
      if (line !== "") changes.note(JSON.parse(line));
    } catch {
      // The engine was killed while it wrote.
      changes.noteGap();
    }
  }
  return changes.done;
}
