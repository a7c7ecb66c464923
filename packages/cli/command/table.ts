import Table from "cli-table3";

export interface TableOptions {
  /** How many characters there are for all. @default - each column is as wide as what is in it */
  readonly width?: number;
  /** The titles of the columns that hold numbers. */
  readonly numbers?: readonly string[];
  /** The titles of the columns whose cells are not broken, since somebody may copy them. */
  readonly whole?: readonly string[];
}

/** A table for a person. What does not fit into its width is wrapped, between words where that is possible. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, numbers = [], whole = [] }: TableOptions = {},
): string {
  const widths = width === undefined ? undefined : columnWidths(head, rows, width, whole);
  const made = new Table({
    head: [...head],
    colAligns: head.map((title) => (numbers.includes(title) ? "right" : "left")),
    ...(widths && { colWidths: widths.map((one) => one + 2) }),
    wordWrap: true,
    style: { head: [], border: [] },
  });
  made.push(...rows.map((row) => row.map((cell, i) => broken(cell, widths?.[i] ?? Infinity))));
  return made.toString();
}

/** The width of the terminal, or what a line may have where there is none. */
export function terminalWidth(): number {
  return process.stdout.columns || 120;
}

const LEAST = 10;

/** A text whose words have no more characters than that: longer ones go on in the next line, as a path does. */
function broken(cell: string, width: number): string {
  return cell.replace(/\S+/g, (word) => {
    const lines: string[] = [];
    let rest = word;
    while (rest.length > width) {
      const [line = rest.slice(0, width)] = PART.exec(rest.slice(0, width)) ?? [];
      lines.push(line);
      rest = rest.slice(line.length);
    }
    return [...lines, rest].join("\n");
  });
}

/** As much of a long word as ends where it can be broken, and is not short. */
const PART = /^.{8,}[./@:_-]/;

/** The characters that there are for each column: the widest are cut until all fit. */
function columnWidths(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  whole: readonly string[],
): number[] {
  const widths = head.map((title, i) =>
    Math.max(...[title, ...rows.map((row) => row[i] ?? "")].map(longestLine)),
  );
  const space = width - head.length - 1 - head.length * 2;
  for (;;) {
    const over = widths.reduce((sum, one) => sum + one, 0) - space;
    const cut = widths.map((one, i) => (whole.includes(head[i] ?? "") ? 0 : one));
    const widest = cut.indexOf(Math.max(...cut));
    if (over <= 0 || (cut[widest] ?? 0) <= LEAST) return widths;
    widths[widest] = Math.max(LEAST, (widths[widest] ?? 0) - (over > 20 ? 10 : 1));
  }
}

function longestLine(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}
