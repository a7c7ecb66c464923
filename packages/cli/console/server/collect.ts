import type { Output } from "../../operate/output.ts";
import type { ExitCode } from "../../command/exitCodes.ts";

/** What a command did: as it says it with `--json`, and in words. */
export interface Outcome {
  /** As `EXIT` of the commands names them: 0 is all done. */
  readonly exitCode: ExitCode;
  readonly lines: readonly unknown[];
  readonly notes: readonly string[];
}

/** Lines of one command that are kept: a redrive of more says the rest in its summary. */
const MOST_LINES = 1000;

/** What a command is given to say things to, and what it has said so far. */
export interface Collector {
  readonly output: Output;
  readonly outcome: (exitCode: ExitCode) => Outcome;
}

/** Gathers what a command says, and hands on how far it is. It is asked nothing: consent is given beforehand. */
export function collector(
  now: () => number,
  onProgress: (text: string) => void = () => undefined,
): Collector {
  const lines: unknown[] = [];
  const notes: string[] = [];
  return {
    output: {
      print(text) {
        lines.push(JSON.parse(text));
        // The last line sums up.
        if (lines.length > MOST_LINES) lines.splice(MOST_LINES - 1, 1);
      },
      note(text) {
        notes.push(text);
      },
      progress: onProgress,
      ask: undefined,
      width: 120,
      now,
    },
    outcome: (exitCode) => ({ exitCode, lines: [...lines], notes: [...notes] }),
  };
}

/** Runs what a command runs, and gathers what it says. */
export async function collected(
  now: () => number,
  run: (output: Output) => Promise<ExitCode>,
  onProgress?: (text: string) => void,
): Promise<Outcome> {
  const { output, outcome } = collector(now, onProgress);
  return outcome(await run(output));
}
