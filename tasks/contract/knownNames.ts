/*
 * How an error speaks of names: the one that was meant, where it was misspelt, and those that there are.
 */

/** Names in quotes: `'email', 'default'`. */
export function list(names: Iterable<string>): string {
  return [...names].map((name) => `'${name}'`).join(", ");
}

/**
 * What else could have been written, as sentences: `Did you mean 'email'? Known queues: 'email', 'default'.`
 * Where there is nothing of the kind: `There are no queues.`
 */
export function alternatives(name: string, kind: string, names: Iterable<string>): string {
  const known = [...names];
  if (known.length === 0) return `There are no ${kind}.`;
  return `${didYouMean(name, known)}Known ${kind}: ${list(known)}.`;
}

/** `Did you mean 'email'? `, with a space for what follows; nothing where no name is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = nearest(name, names);
  return near === undefined ? "" : `Did you mean '${near}'? `;
}

/** More typing mistakes than these make another word. */
const MOST_EDITS = 3;

/** How much of the longer of two names may be wrong. */
const MOST_WRONG = 0.5;

/** The name that differs least from what was written, by at most a few letters; the first of several. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = MOST_EDITS + 1;
  for (const one of names) {
    const length = Math.max(name.length, one.length);
    if (one === name || Math.abs(name.length - one.length) > MOST_EDITS) continue;
    const edits = editsBetween(name.toLowerCase(), one.toLowerCase());
    if (edits >= fewest || edits > length * MOST_WRONG) continue;
    best = one;
    fewest = edits;
  }
  return best;
}

/**
 * How many letters to put in, leave out, change or swap with the next make one text of the other
 * (https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance, optimal string alignment).
 */
function editsBetween(a: string, b: string): number {
  // The last three rows of the table: what the beginnings of both are apart.
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
