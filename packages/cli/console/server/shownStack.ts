import type { ConsoleContext } from "./context.ts";

/** A stack without the bundle's code; on a local cloud in the files that it was made of. */
export function shownStack(local: ConsoleContext["local"], stack: string): string {
  const isFrame = (line: string): boolean => line.startsWith("    at ");
  const lines = stack.split("\n");
  const head = lines.slice(0, Math.max(0, lines.findIndex(isFrame)));
  const frames = local?.framesOf(stack) ?? lines.filter(isFrame);
  return [...head.slice(0, 20).map((line) => line.slice(0, 1000)), ...frames].join("\n");
}
