import { readFileSync } from "node:fs";
import { mayDiffer } from "../../policy/mayDiffer.ts";
import { withReference } from "../../policy/reference.ts";
import { allowedRegions } from "../../policy/rules/allowedRegions.ts";
import { rules } from "../../policy/rules/index.ts";
import { queueLogging } from "../../policy/rules/queueLogging.ts";
import { queuesFitWorker } from "../../policy/rules/queuesFitWorker.ts";

const BEGIN = "<!-- The table is made from the rules: npm run policy:docs -->";
const BEGIN_FREE = "<!-- The table is made from policy/mayDiffer.ts: npm run policy:docs -->";
const END = "<!-- End of the table -->";

describe("the reference of the rules", () => {
  it("is current", () => {
    const document = readFileSync("docs/policy.md", "utf8");

    const isCurrent = withReference(document, rules, mayDiffer) === document;
    expect(isCurrent ? "current" : "stale: refresh it with 'npm run policy:docs'").toBe("current");
  });

  it("tells what each rule wants, whom it judges and what can be set", () => {
    const document = withReference(
      `# Policy\n\n${BEGIN}\nold\n${END}\n\nMore.\n${BEGIN_FREE}\n${END}\n`,
      [queueLogging, allowedRegions, queuesFitWorker],
      [{ type: "Queue", paths: ["rateLimits.*"], kinds: ["changed"], reason: "A choice." }],
    );

    const lines = document.split("\n");
    const cells = (line = "") => line.split("|").map((cell) => cell.trim());
    expect(lines.slice(0, 4)).toEqual(["# Policy", "", BEGIN, ""]);
    expect(cells(lines[6])).toEqual([
      "",
      "`queue-logging`",
      "A queue logs a share of its operations.",
      "mandatory",
      "a resource",
      "`minSamplingRatio`: `0.1`. The least share of a queue's operations that is logged, from 0 to 1.",
      "",
    ]);
    expect(cells(lines[7]).at(-2)).toBe(
      "`regions`: none. The regions. Without any, that of the worker.",
    );
    expect(cells(lines[8]).slice(-3)).toEqual(["the stack", "", ""]);
    expect(lines.slice(9, 14)).toEqual(["", END, "", "More.", BEGIN_FREE]);
    expect(cells(lines[17]).slice(1, -1)).toEqual([
      "`Queue`",
      "`rateLimits.*`",
      "changed",
      "A choice.",
    ]);
    expect(lines.slice(18)).toEqual(["", END, ""]);
  });

  it("says where a document has no place for it", () => {
    expect(() => withReference("# Policy\n", rules, mayDiffer)).toThrow(
      `The document has no place for the table: '${BEGIN}' and '${END}'.`,
    );
  });
});
