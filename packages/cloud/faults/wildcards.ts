/**
 * Whether a text is as a pattern says, in which `*` stands for any text, also for none. It takes no longer than
 * their lengths multiplied: a pattern is whoever's, and an expression that goes back to try again takes for ever.
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  // What is found as early as can be leaves the most to those that follow.
  let from = first.length;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
