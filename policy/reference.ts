import type { Rule, SettingValue } from "./rule.ts";

/** Where the table stands in docs/policy.md. */
const BEGIN = "<!-- The table is made from the rules: npm run policy:docs -->";
const END = "<!-- End of the table -->";

/** The document with the table of the rules as they are now. */
export function withReference(document: string, rules: readonly Rule[]): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`The document has no place for the table: '${BEGIN}' and '${END}'.`);
  }
  return `${before}${BEGIN}\n\n${referenceTable(rules)}\n\n${END}${after}`;
}

/** The rules as a table in Markdown, in the form in which Prettier leaves it. */
function referenceTable(rules: readonly Rule[]): string {
  const rows = [
    ["Rule", "The state that complies", "Severity", "Judges", "Settings"],
    ...rules.map((rule) => [
      `\`${rule.name}\``,
      rule.description,
      rule.severity,
      rule.kind === "stack" ? "the stack" : "a resource",
      describeSettings(rule),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const [head = "", ...lines] = rows.map((row) =>
    line(row.map((cell, i) => cell.padEnd(widths[i] ?? 0))),
  );
  return [head, line(widths.map((width) => "-".repeat(width))), ...lines].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function describeSettings({ settings = {} }: Rule): string {
  return Object.entries(settings)
    .map(
      ([name, { description, default: byDefault }]) =>
        `\`${name}\`: ${show(byDefault)}. ${description}`,
    )
    .join(" ");
}

function show(value: SettingValue): string {
  if (typeof value !== "object") return `\`${value}\``;
  return value.length === 0 ? "none" : value.map((one) => `\`${one}\``).join(", ");
}
