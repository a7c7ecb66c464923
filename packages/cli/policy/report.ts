import { rules } from "../../../policy/rules/index.ts";
import { table } from "../command/table.ts";
import type { Verdict } from "./judge.ts";

/** What the rules say, for a person: a line for each stack and a table of what is wrong. */
export function report(verdicts: readonly Verdict[], width: number): string {
  const lines = verdicts.map(summary);
  const rows = verdicts.flatMap(({ stack, violations }) =>
    violations.map(({ severity, rule, message }) => [stack, severity, rule, message]),
  );
  return rows.length === 0 ? lines.join("\n") : [table(HEAD, rows, { width }), ...lines].join("\n");
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
