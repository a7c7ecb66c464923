import { Command, CommanderError, type Option } from "commander";
import { tellBroken } from "@background-tasks/program/evaluate/tellBroken.ts";
import { CommandError, EXIT } from "./exitCodes.ts";

/** A command, as the list of all says it. What it does is loaded when it is asked for. */
export interface CommandEntry {
  /** A sentence. */
  readonly summary: string;
  /** Its name among npm's scripts, where it has one: `npm run up`. */
  readonly script?: string;
  readonly load: () => Promise<CommandModule>;
}

export interface CommandModule {
  /** Gives a command its description, options, examples and what it does. */
  readonly configure: (command: Command) => void;
}

export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** How all of them are called. */
const TASKS = "npm run tasks --";

/**
 * Runs the command that the arguments name. Sets the exit code: `EXIT`, or what the command itself has set.
 */
export async function runCommandLine(argv: readonly string[], table: CommandTable): Promise<void> {
  try {
    const [name = "", ...rest] = argv;
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    if (entry) await (await commandOf(name, entry)).parseAsync(rest, { from: "user" });
    else await listOf(table).parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Commander has said what is wrong, and the engine may have said all that there is to say.
    const told = error instanceof CommanderError ? "" : toldOf(error);
    if (told !== "") console.error(told);
    if (error instanceof CommanderError && error.code === "commander.excessArguments") {
      console.error("npm takes options for its own, unless '--' stands before them.");
    }
  }
}

async function commandOf(name: string, { summary, script, load }: CommandEntry): Promise<Command> {
  const usage = script === undefined ? `${TASKS} ${name}` : `${script} --`;
  const command = styled(new Command(usage)).description(summary);
  (await load()).configure(command);
  for (const sub of command.commands) styled(sub, `${usage} ${sub.name()}`);
  return command;
}

/** As wide as a terminal at least is. */
const WIDTH = 80;

/** The command that lists the others, and that suggests one where a name is misspelt. */
function listOf(table: CommandTable): Command {
  const list = styled(new Command(TASKS)).description("The commands of this project.");
  for (const [name, { summary }] of Object.entries(table)) list.command(name).description(summary);
  const short = Object.values(table)
    .flatMap(({ script }) => script ?? [])
    .join(", ");
  return list.addHelpText(
    "after",
    `\nWhat one of them takes: ${TASKS} <command> --help` +
      (short.length === 0 ? "" : `\n${list.createHelp().boxWrap(`Short: ${short}`, WIDTH)}`),
  );
}

function styled(command: Command, called = command.name()): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .configureHelp({ optionDescription })
    .configureOutput({
      outputError: (text, write) => {
        write(inOwnForm(text));
      },
    })
    .helpOption("-h, --help", "print this")
    .showHelpAfterError(`'${called} --help' says what it takes.`);
}

/** A text of commander's, as this project's errors read: `error: unknown option '--x'\n(Did you mean --y?)`. Others stay. */
function inOwnForm(text: string): string {
  const [, first, rest = ""] = /^error: (.)(.*)\n$/s.exec(text) ?? [];
  if (first === undefined) return text;
  const said = rest.replace(
    /\n\(Did you mean (one of )?(.*)\?\)$/,
    (_, several: string | undefined, names: string) =>
      `. Did you mean ${several ?? ""}'${names.replaceAll(", ", "', '")}'?`,
  );
  return `${first.toUpperCase()}${said}${/[.?!]$/.test(said) ? "" : "."}\n`;
}

/** What an option means, its choices and its default. That a switch is off unless it is given goes without saying. */
function optionDescription(option: Option): string {
  const { description, argChoices, defaultValueDescription } = option;
  const value: unknown = option.defaultValue;
  const isTold = typeof value === "string" || typeof value === "number";
  const notes = [
    ...(argChoices ? [`choices: ${argChoices.join(", ")}`] : []),
    ...(isTold ? [`default: ${defaultValueDescription ?? String(value)}`] : []),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (!(error instanceof CommanderError)) return EXIT.failed;
  return error.exitCode === 0 ? EXIT.done : EXIT.usage;
}

/** What a person is told: where the fault is not of this project's code, its message alone. */
function toldOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (PLACE.test(error.stack ?? "")) return tellBroken(error, process.cwd());
  return BUGS.some((bug) => error instanceof bug) ? String(error.stack) : error.message;
}

/** What Node puts before an error of a file that it cannot read: where that is. */
const PLACE = /^file:\S+:\d+\n/;

const BUGS = [TypeError, RangeError, ReferenceError];
