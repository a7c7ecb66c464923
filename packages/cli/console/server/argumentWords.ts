import type { z } from "zod";
import { issueWords } from "../../../../tasks/contract/issueWords.ts";
import { alternatives } from "../../../../tasks/contract/knownNames.ts";
import { valueAt } from "../../../../tasks/contract/payload.ts";

/** How the schemas of calls are asked, so that `argumentWords` has words for what is wrong. */
export const IN_WORDS = {
  error: issueWords((key, known) => (known ? alternatives(key, "arguments", known) : "")),
};

/** Problems that are told. */
const MOST = 5;
/** Characters of a value that are shown. */
const MOST_SHOWN = 60;

/** What is wrong with what a call was given: each with its place, its value where that is short, and what is allowed. */
export function argumentWords(call: string, given: unknown, { issues }: z.ZodError): string {
  const problems = issues.flatMap(({ path, ...issue }) => {
    if (issue.code === "unrecognized_keys") {
      const rest = issue.message.split("\n");
      return issue.keys.map((key, i) =>
        `There is no argument '${[...path, key].join(".")}'. ${rest[i] ?? ""}`.trimEnd(),
      );
    }
    const place = path.length === 0 ? "What it is given" : `'${path.join(".")}'`;
    return [`${place} ${isWords(valueAt(given, path))}: ${issue.message.replace(/\.$/, "")}.`];
  });
  const more = problems.length > MOST ? [`And ${problems.length - MOST} more.`] : [];
  return [`'${call}' cannot be called so.`, ...problems.slice(0, MOST), ...more].join(" ");
}

function isWords(value: unknown): string {
  if (value === undefined) return "is missing";
  const text = JSON.stringify(value);
  if (text.length > MOST_SHOWN) return `is ${text.length} characters of JSON`;
  return `is ${typeof value === "string" ? `'${value}'` : text}`;
}
