import type { Freedom } from "./mayDiffer.ts";
import type { Rule, SettingValue } from "./rule.ts";

/** Where the table stands in docs/policy.md. */
const BEGIN = "<!-- The table is made from the rules: npm run policy:docs -->";
const END = "<!-- End of the table -->";

/** Where that of what may differ stands. */
const BEGIN_FREE = "<!-- The table is made from policy/mayDiffer.ts: npm run policy:docs -->";

/** The document with the tables of the rules, and of what may differ, as they are now. */
export function withReference(
  document: string,
  rules: readonly Rule[],
  freedoms: readonly Freedom[],
): string {
  return withTable(withTable(document, BEGIN, rulesTable(rules)), BEGIN_FREE, freeTable(freedoms));
}

function withTable(document: string, begin: string, rows: readonly string[][]): string {
  const [before, rest = ""] = document.split(begin);
  const end = rest.indexOf(END);
  if (before === undefined || end < 0) {
    throw new Error(`The document has no place for the table: '${begin}' and '${END}'.`);
  }
  return `${before}${begin}\n\n${inMarkdown(rows)}\n\n${rest.slice(end)}`;
}

function rulesTable(rules: readonly Rule[]): string[][] {
  return [
    ["Rule", "The state that complies", "Severity", "Judges", "Settings"],
    ...rules.map((rule) => [
      `\`${rule.name}\``,
      rule.description,
      rule.severity,
      rule.kind === "stack" ? "the stack" : "a resource",
      describeSettings(rule),
    ]),
  ];
}

function freeTable(freedoms: readonly Freedom[]): string[][] {
  return [
    ["Type", "Properties", "Changes", "Why"],
    ...freedoms.map(({ type, paths, kinds, reason }) => [
      type === "*" ? "every type" : `\`${type}\``,
      paths.map((path) => `\`${path}\``).join(", "),
      kinds?.join(", ") ?? "any",
      reason,
    ]),
  ];
}

/** A table in the form in which Prettier leaves it. */
function inMarkdown(rows: readonly string[][]): string {
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
