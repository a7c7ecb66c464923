import { z } from "zod";
import { ChangesMade } from "../engine/changesMade.ts";
import { code, tableRows } from "../review/comment/markdown.ts";

/** What an `up` did, as far as its events tell. */
export interface UpDone {
  /** The names of resources by what was done to them. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
  /** The seconds from its first event to its last. `undefined` where there was none. */
  readonly seconds: number | undefined;
}

/** What a deployment came to. */
export interface Release extends UpDone {
  readonly stack: string;
  /** The image that the stack runs now, if it runs one. */
  readonly image: string | undefined;
  /** The one that it ran before. */
  readonly before: string | undefined;
}

/** A deployment in Markdown, for whoever asks a week later what it did. */
export function releaseSummary({ stack, image, before, changes, seconds }: Release): string {
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
    ...(seconds === undefined ? [] : [`That took ${seconds} s.`]),
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

const timed = z.object({ timestamp: z.number() });

/** What the engine's events say was done: the lines of its event log. */
export function readUp(log: string): UpDone {
  const changes = new ChangesMade();
  const times: number[] = [];
  for (const line of log.split("\n").filter((text) => text !== "")) {
    try {
      const event: unknown = JSON.parse(line);
      changes.note(event);
      times.push(timed.parse(event).timestamp);
    } catch {
      // The engine was killed while it wrote.
      changes.noteGap();
    }
  }
  const [first] = times;
  const last = times.at(-1);
  return {
    changes: changes.done,
    seconds: first === undefined || last === undefined ? undefined : last - first,
  };
}
