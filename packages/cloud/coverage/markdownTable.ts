/** A table in Markdown, in the form in which Prettier leaves it. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) => line(row.map((cell, i) => cell.padEnd(widths[i] ?? 0))));
  lines.splice(1, 0, line(widths.map((width) => "-".repeat(width))));
  return lines.join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
