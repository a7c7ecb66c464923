import { terminalWidth } from "../command/table.ts";

/** Where a command's words go: what was asked for to standard output, all else to standard error. */
export interface Output {
  print(text: string): void;
  note(text: string): void;
  /** How far a long work is: each such line takes the place of the last, and is shown on a terminal only. */
  progress(text: string): void;
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
    width: terminalWidth(),
    now: Date.now,
  };
}
