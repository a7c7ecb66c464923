import type { Verdict } from "../../policy/judge.ts";
import { isRefused } from "../../policy/judge.ts";
import { report } from "../../policy/report.ts";

const kept: Verdict = { stack: "local", resources: 29, violations: [], filledIn: [] };
const violation = {
  rule: "queue-target-https",
  severity: "mandatory",
  resource: "Queue 'email'",
  message: "Queue 'email' has 'httpTarget.uriOverride.scheme' 'HTTP'; set it to 'HTTPS'.",
} as const;
const broken: Verdict = { ...kept, stack: "dev", violations: [violation] };

describe("report", () => {
  it("is a line where a stack keeps the rules", () => {
    expect(report([kept], 100)).toBe("local: 29 resources keep all 43 rules.");
  });

  it("says which settings had an example's value", () => {
    expect(report([{ ...kept, filledIn: ["gcp:project", "background-tasks:smtpUrl"] }], 100)).toBe(
      "local: 29 resources keep all 43 rules. Pulumi.local.yaml has no readable 'gcp:project', " +
        "'background-tasks:smtpUrl': examples stood in.",
    );
  });

  it("is a table of what is wrong, as wide as the terminal", () => {
    const lines = report([kept, broken], 90).split("\n");

    expect(lines).toEqual([
      "┌───────┬───────────┬────────────────────┬───────────────────────────────────────────────┐",
      "│ Stack │ Severity  │ Rule               │ What is wrong                                 │",
      "├───────┼───────────┼────────────────────┼───────────────────────────────────────────────┤",
      "│ dev   │ mandatory │ queue-target-https │ Queue 'email' has                             │",
      "│       │           │                    │ 'httpTarget.uriOverride.scheme' 'HTTP'; set   │",
      "│       │           │                    │ it to 'HTTPS'.                                │",
      "└───────┴───────────┴────────────────────┴───────────────────────────────────────────────┘",
      "local: 29 resources keep all 43 rules.",
      "dev: 29 resources break rules once.",
    ]);
  });

  it("says why a program cannot be evaluated", () => {
    expect(report([{ ...kept, error: "'workerCpu' is '3'." }], 100)).toBe(
      "local: the program cannot be evaluated. 'workerCpu' is '3'.",
    );
  });
});

describe("isRefused", () => {
  it("is true of a stack that breaks a mandatory rule or cannot be evaluated", () => {
    expect(isRefused(broken)).toBe(true);
    expect(isRefused({ ...kept, error: "No." })).toBe(true);
  });

  it("is false of a stack that keeps the rules or breaks advisory ones only", () => {
    expect(isRefused(kept)).toBe(false);
    expect(isRefused({ ...kept, violations: [{ ...violation, severity: "advisory" }] })).toBe(
      false,
    );
  });
});
