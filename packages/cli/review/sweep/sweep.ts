import { code } from "../comment/markdown.ts";
import type { Engine } from "./engine.ts";
import type { Doomed } from "./stacksToDestroy.ts";

/** What became of one throw-away stack. */
export interface Swept extends Doomed {
  /** Why it could not be destroyed; absent where it was. */
  readonly error?: string;
  /** What is left of it, where it could not be destroyed. */
  readonly leftOvers: readonly string[];
}

/** Destroys stacks, one after the other. One that cannot be destroyed does not keep the others. */
export async function sweep(engine: Engine, doomed: readonly Doomed[]): Promise<Swept[]> {
  const swept: Swept[] = [];
  for (const one of doomed) {
    try {
      await engine.destroy(one.stack);
      swept.push({ ...one, leftOvers: [] });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      swept.push({ ...one, error: reason, leftOvers: await remains(engine, one.stack) });
    }
  }
  return swept;
}

async function remains(engine: Engine, stack: string): Promise<readonly string[]> {
  try {
    return await engine.leftOvers(stack);
  } catch (error) {
    return [`unknown: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** What a sweep came to, in Markdown. */
export function sweepReport(swept: readonly Swept[]): string {
  if (swept.length === 0) return "There was no throw-away stack to destroy.";
  return swept
    .flatMap(({ stack, reason, error, leftOvers }) => [
      `- ${code(stack)}, since ${reason}: ${error === undefined ? "destroyed." : "**could not be destroyed.**"}`,
      ...(error === undefined ? [] : [`  - ${code(error.slice(0, 1_000))}`]),
      ...leftOvers.slice(0, 100).map((one) => `  - left: ${code(one)}`),
    ])
    .join("\n");
}
