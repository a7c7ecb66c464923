import Table from "cli-table3";

export interface TableOptions {
  /** How many characters there are for all. @default - each column is as wide as what is in it */
  readonly width?: number;
  /** The titles of the columns that hold numbers. */
  readonly numbers?: readonly string[];
}

/** A table for a person. What does not fit into its width is wrapped. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, numbers = [] }: TableOptions = {},
): string {
  const made = new Table({
    head: [...head],
    colAligns: head.map((title) => (numbers.includes(title) ? "right" : "left")),
    ...(width !== undefined && { colWidths: columnWidths(head, rows, width) }),
    wordWrap: true,
    // Digests have no place to be broken at.
    wrapOnWordBoundary: !rows.flat().some((cell) => /\S{60}/.test(cell)),
    style: { head: [], border: [] },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}

/** The width of the terminal, or what a line may have where there is none. */
export function terminalWidth(): number {
  return process.stdout.columns || 120;
}

const LEAST = 10;

/** The widths of the columns, the space at both sides of each counted: the widest are cut until all fit. */
function columnWidths(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = head.map((title, i) =>
    Math.max(...[title, ...rows.map((row) => row[i] ?? "")].map(longestLine)),
  );
  const space = width - head.length - 1 - head.length * 2;
  for (;;) {
    const over = widths.reduce((sum, one) => sum + one, 0) - space;
    const widest = widths.indexOf(Math.max(...widths));
    if (over <= 0 || (widths[widest] ?? 0) <= LEAST) return widths.map((one) => one + 2);
    widths[widest] = Math.max(LEAST, (widths[widest] ?? 0) - (over > 20 ? 10 : 1));
  }
}

function longestLine(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}
