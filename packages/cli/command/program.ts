import { execFile, type ExecFileException } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

/** Runs a program and returns what it printed. */
export type Run = (file: string, args: readonly string[], options?: RunOptions) => Promise<string>;

export interface RunOptions {
  /** Where it runs. @default - the working directory */
  readonly cwd?: string;
  /** All its variables. @default - those of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A program is not on this machine. Its message says how to get it. */
export class MissingProgram extends Error {
  override readonly name = "MissingProgram";

  constructor(file: string, cause?: unknown) {
    super(SENTENCES[file] ?? `'${file}' is not on the PATH.`, { cause });
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  pulumi: "The Pulumi CLI is not on the PATH. Install it: https://www.pulumi.com/docs/install/",
  gh: "'gh' is not on the PATH. Install it: https://cli.github.com",
};

/** What a large stack's state takes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Runs a program of this machine. It fails where the program does, with what that said. */
export const runProgram: Run = async (file, args, options = {}) => {
  try {
    const { stdout } = await promisify(execFile)(file, [...args], {
      ...options,
      maxBuffer: MAX_BYTES,
    });
    return stdout;
  } catch (error) {
    const { code, message, stdout = "" } = error as ExecFileException;
    if (code === "ENOENT") {
      const { cwd } = options;
      if (cwd === undefined || existsSync(cwd)) throw new MissingProgram(file, error);
      throw new Error(`There is no folder '${cwd}'.`, { cause: error });
    }
    // Of standard error, the message has all. Pulumi says why an operation failed on standard output.
    const reasons = [...stdout.matchAll(ERROR)].map(([reason]) => reason.trim());
    if (reasons.length === 0) throw error;
    throw new Error(`${message.trim()}\n${[...new Set(reasons)].join("\n")}`, { cause: error });
  }
};

/** What begins so, with the lines that go on with it. */
const ERROR = /^ *error: .*(?:\n(?! *(?:error|warning): ) *\S.*)*/gm;
