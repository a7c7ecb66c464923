import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { Option, type Command } from "commander";
import { DEAD_LETTER_REASONS } from "../../../../tasks/contract/deadLetter.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { count, hour, path, pattern, repeated, time } from "../../command/readers.ts";
import { shortId } from "../../command/words.ts";
import { isSelective, type Selector, type Where } from "./selector.ts";

/** What the options of a selector say, as commander has read them. */
interface SelectorOptions extends Omit<Selector, "ids" | "expiresBy" | "where"> {
  /** The file that exports it. */
  readonly where?: string;
}

/** Gives a command the options that say which dead letters are meant. */
export function withSelector(command: Command): Command {
  return command
    .option("--task <task>", "those of this task; again for another", repeated(String))
    .option("--queue <queue>", "those that were on this queue; again for another", repeated(String))
    .addOption(
      new Option("--reason <reason>", "those that ended for it").choices(DEAD_LETTER_REASONS),
    )
    .option(
      "--cause <cause>",
      "those of this cause, as 'dead-letters' lists it, or its beginning; again for another",
      repeated(String),
    )
    .option(
      "--revision <revision>",
      "those that this revision of a worker wrote; again for another",
      repeated(String),
    )
    .option(
      "--hour <hour>",
      "those that ended in this hour of UTC, such as '2026-11-25T09'; again for another",
      repeated(hour),
    )
    .option("--error <regex>", "those whose error it matches", pattern)
    .option("--since <time>", "those that ended then or later, such as '2h' ago", (text) =>
      time(text),
    )
    .option("--until <time>", "those that ended before then", (text) => time(text))
    .option("--id <key>", "those of this Idempotency-Key, the 'id' of its producer")
    .option(
      "--where <file>",
      "those of which the file's default export, '(payload, letter) => boolean', says so",
      path,
    )
    .option("--limit <n>", "the oldest so many of them", count);
}

/** The selector that the options of a command are, and ids or their beginnings. Loads the file of `--where`. */
export async function selectorOf(command: Command, ids: readonly string[] = []): Promise<Selector> {
  const { where, ...options } = command.opts<SelectorOptions>();
  const { task, queue, reason, cause, hour: hours, revision, ...others } = options;
  const { error, since, until, id, limit } = others;
  for (const one of ids) {
    if (!/^[0-9a-f]{4,64}$/.test(one)) {
      command.error(`'${one}' is no dead letter's id: 4 to 64 hexadecimal digits.`);
    }
  }
  return {
    ...(ids.length > 0 && { ids }),
    ...(task !== undefined && { task }),
    ...(queue !== undefined && { queue }),
    ...(reason !== undefined && { reason }),
    ...(cause !== undefined && { cause }),
    ...(hours !== undefined && { hour: hours }),
    ...(revision !== undefined && { revision }),
    ...(error !== undefined && { error }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(id !== undefined && { id }),
    ...(limit !== undefined && { limit }),
    ...(where !== undefined && {
      where: await loadFunction(where, "(payload, letter) => boolean"),
    }),
  };
}

/**
 * Selects as `selectorOf` does, for a command that changes what it selects: that nothing is selected and `--all`
 * is not given, or both are, is a usage error.
 */
export async function chosenOf(command: Command, ids: readonly string[]): Promise<Selector> {
  const selector = await selectorOf(command, ids);
  const { all } = command.opts<{ readonly all: boolean }>();
  if (all === isSelective(selector)) {
    command.error(
      all
        ? "Give either what selects, or '--all', not both."
        : "Which dead letters? Give ids, options that select, or '--all'.",
    );
  }
  return selector;
}

/**
 * The function that a file of the user's has as its default export. `shape` says what that must be. Where it throws,
 * or is `async`, so that what it returns is not known yet, a usage error says so, with the dead letter.
 */
export async function loadFunction(file: string, shape: string): Promise<Where> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `'${file}' cannot be loaded: ${why}`, { cause: error });
  }
  if (typeof module.default === "function") return guarded(file, module.default as Where);
  throw new CommandError(
    EXIT.usage,
    `'${file}' has no function as its default export: 'export default ${shape}'.`,
  );
}

function guarded(file: string, own: Where): Where {
  return (payload, letter) => {
    const refuse = (does: string, cause?: unknown): never => {
      const message = `'${file}', asked of dead letter '${shortId(letter.id)}', ${does}. Nothing was done.`;
      throw new CommandError(EXIT.usage, message, { cause });
    };
    let returned: unknown;
    try {
      returned = own(payload, letter);
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      refuse(`threw '${why}'`, error);
    }
    if (!types.isPromise(returned)) return returned;
    // That it fails as well is of no interest.
    returned.catch(() => undefined);
    return refuse("returns a promise: its function must not be 'async'");
  };
}
