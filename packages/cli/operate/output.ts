import { createInterface } from "node:readline/promises";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import { printable } from "../command/printable.ts";
import { terminalWidth } from "../command/table.ts";

/**
 * Where a command's words go: what was asked for to standard output, all else to standard error. A terminal is shown
 * what others wrote, such as the names of tasks, and obeys none of it.
 */
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
      console.log(process.stdout.isTTY ? printable(text) : text);
    },
    note(text) {
      erase();
      console.error(process.stderr.isTTY ? printable(text) : text);
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

/**
 * Asks whoever is at a terminal. Throws with `EXIT.notConfirmed` where Ctrl+C or Ctrl+D is the answer, or the terminal
 * is gone: nothing is done yet where a command asks.
 */
export async function ask(
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  const lines = createInterface({ input, output });
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (): void => {
        reject(new CommandError(EXIT.notConfirmed, "Not confirmed. Nothing was done."));
      };
      lines.once("close", refuse);
      lines.question(question).then(resolve, refuse);
    });
  } catch (error) {
    // What follows is not to stand behind the question.
    output.write("\n");
    throw error;
  } finally {
    lines.close();
  }
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}
