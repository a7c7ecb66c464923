import type { AuditedDeed } from "../../operate/calls/auditedDeed.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import type { Operating } from "../../operate/operatorCommand.ts";

/** What a command is given, and what it has said to whom. */
export interface TestOperating extends Operating {
  readonly printed: string[];
  readonly noted: string[];
  readonly progress: string[];
  /** What was written down of what is about to be done. */
  readonly audited: AuditedDeed[];
}

/** A command's surroundings, at that time, on a terminal of 120 characters. `answer` is typed where it asks. */
export function operatingAt(
  now: Date,
  calls: OperatorCalls,
  { flags = "", answer }: { readonly flags?: string; readonly answer?: string } = {},
): TestOperating {
  const printed: string[] = [];
  const noted: string[] = [];
  const progress: string[] = [];
  const audited: AuditedDeed[] = [];
  return {
    calls,
    flags,
    ...{ printed, noted, progress, audited },
    audit: async (deed) => void audited.push(deed),
    output: {
      print: (text) => void printed.push(...text.split("\n")),
      note: (text) => void noted.push(text),
      progress: (text) => void progress.push(text),
      ask:
        answer === undefined
          ? undefined
          : async (question) => {
              noted.push(question);
              return answer;
            },
      width: 120,
      now: () => +now,
    },
  };
}
