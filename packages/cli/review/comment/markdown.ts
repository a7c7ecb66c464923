/** Text that is shown as it is: nothing in it is markup, a link or a mention. */
export function code(text: string): string {
  // To Markdown, a carriage return by itself ends a line as well, and with it a row of a table.
  const line = text.replace(/(?<!\s)\s*[\r\n]\s*/g, " ⏎ ").replace(/\|/g, "\\|");
  if (line.trim() === "") return "";
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Several lines of text that are shown as they are. */
export function codeBlock(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** The rows of a table, its head first. The cells are Markdown already. */
export function tableRows(head: readonly string[], rows: readonly string[][]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
