import Table from "cli-table3";
import { rules } from "../../../policy/rules/index.ts";
import type { Verdict } from "./judge.ts";

/** What the rules say, for a person: a line for each stack and a table of what is wrong. */
export function report(verdicts: readonly Verdict[], width: number): string {
  const lines = verdicts.map(summary);
  const rows = verdicts.flatMap(({ stack, violations }) =>
    violations.map(({ severity, rule, message }) => [stack, severity, rule, message]),
  );
  return rows.length === 0 ? lines.join("\n") : [table(rows, width), ...lines].join("\n");
}

function summary({ stack, resources, violations, filledIn, error }: Verdict): string {
  if (error !== undefined) return `${stack}: the program cannot be evaluated. ${error}`;
  const result =
    violations.length === 0
      ? `keep all ${rules.length} rules`
      : `break rules ${violations.length === 1 ? "once" : `${violations.length} times`}`;
  const examples =
    filledIn.length === 0
      ? ""
      : ` Pulumi.${stack}.yaml has no readable ${filledIn.map((key) => `'${key}'`).join(", ")}: examples stood in.`;
  return `${stack}: ${resources} resources ${result}.${examples}`;
}

const HEAD = ["Stack", "Severity", "Rule", "What is wrong"];
const BORDERS = HEAD.length * 3 + 1;

function table(rows: readonly string[][], width: number): string {
  const widths = HEAD.slice(0, -1).map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const rest = width - BORDERS - widths.reduce((sum, one) => sum + one, 0);
  const made = new Table({
    head: [...HEAD],
    // A column's width counts the space at both of its sides.
    colWidths: [...widths, Math.max(rest, 30)].map((one) => one + 2),
    wordWrap: true,
    style: { head: [], border: [] },
  });
  made.push(...rows);
  return made.toString();
}
