import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operationOf } from "./cliArguments.ts";
import { MissingProgram } from "../command/program.ts";
import type { EngineFailure } from "./engineFailure.ts";
import { outliveInterruption } from "./interruption.ts";

export interface CliOptions {
  /** Where the CLI runs. @default - the working directory */
  readonly directory?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly failure: EngineFailure;
}

/**
 * Runs the Pulumi CLI in this terminal. Throws `EngineError` where it fails. The engine's events go to a file
 * that is gone afterwards, unless the arguments name another: `--event-log <file>`.
 */
export async function runCli(args: readonly string[], options: CliOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "engine-events-"));
  const at = args.indexOf("--event-log");
  const asked = at < 0 ? undefined : args[at + 1];
  const log = asked ?? join(folder, "events.json");
  try {
    const isOperation = operationOf(args) !== undefined;
    const events = isOperation && asked === undefined ? ["--event-log", log] : [];
    const { code, errors } = await outliveInterruption(() => run([...args, ...events], options));
    if (code === 0) return;
    if (isOperation) noteEvents(log, options.failure);
    throw options.failure.explain(errors);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything is the terminal's, but that what goes wrong is read along. */
async function run(
  args: readonly string[],
  { directory, environment }: CliOptions,
): Promise<{ code: number; errors: string }> {
  // What is sent to this process alone, such as by a job that is cancelled, is the engine's to obey, too.
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGTERM", passOn);
  const child = spawn("pulumi", args, {
    ...(directory !== undefined && { cwd: directory }),
    // Without this, the CLI does not know --event-log.
    env: { ...process.env, PULUMI_DEBUG_COMMANDS: "true", ...environment },
    stdio: ["inherit", "inherit", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
    process.stderr.write(text);
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 1, errors };
  } catch (error) {
    throw new MissingProgram("pulumi", error);
  } finally {
    process.off("SIGTERM", passOn);
  }
}

function noteEvents(file: string, failure: EngineFailure): void {
  // Without a file, the engine was never reached: what the CLI said in the terminal must do.
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    try {
      if (line !== "") failure.note(JSON.parse(line));
    } catch {
      // The engine was killed while it wrote.
      failure.noteGap();
    }
  }
}
