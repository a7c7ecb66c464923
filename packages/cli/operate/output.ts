import { createInterface } from "node:readline/promises";
import { terminalWidth } from "../command/table.ts";

/** Where a command's words go: what was asked for to standard output, all else to standard error. */
export interface Output {
  print(text: string): void;
  note(text: string): void;
  /** How far a long work is: each such line takes the place of the last, and is shown on a terminal only. */
  progress(text: string): void;
  /** Asks a question and returns the answer; `undefined` where there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Characters of a line. */
  readonly width: number;
  readonly now: () => number;
}

export function terminalOutput(): Output {
  let shown = "";
  const erase = (): void => {
    if (shown !== "") process.stderr.write(`\r${" ".repeat(shown.length)}\r`);
    shown = "";
  };
  return {
    print(text) {
      erase();
      console.log(text);
    },
    note(text) {
      erase();
      console.error(text);
    },
    progress(text) {
      if (!process.stderr.isTTY) return;
      erase();
      process.stderr.write(text);
      shown = text;
    },
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    width: terminalWidth(),
    now: Date.now,
  };
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
