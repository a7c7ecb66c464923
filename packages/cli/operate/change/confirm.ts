import type { Command } from "commander";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { countWords } from "../../command/words.ts";
import type { Operating } from "../operatorCommand.ts";

/** What somebody has agreed to before they were asked. */
export interface Consent {
  readonly yes: boolean;
  /** The stack's name, as `--stack-name` repeats it. */
  readonly stackName?: string;
}

/** What is about to be done. */
export interface Deed {
  /** What is done, in words that go on with the count: `Delete 5,210 tasks of 'email'`. */
  readonly words: string;
  readonly count: number;
  /** Ids of what it is done to; the first three are told. */
  readonly ids: readonly string[];
}

/** Gives a command the options by which it asks nothing. */
export function withConsent(command: Command): Command {
  return command
    .option("--yes", "ask nothing; needed where there is no terminal", false)
    .option("--stack-name <stack>", "with --yes, in a protected stack: its name once more");
}

/**
 * Tells what is about to be done, to which stack of which project, and asks for consent: yes or no; in a protected
 * stack its name. Throws with `EXIT.notConfirmed` where that is not given.
 */
export async function confirm(
  { calls: { operations }, output }: Pick<Operating, "calls" | "output">,
  { words, count, ids }: Deed,
  { yes, stackName }: Consent,
): Promise<void> {
  const { stack, project, protect } = operations;
  const first = ids.slice(0, 3).join(", ");
  const some = first === "" ? "" : `: ${first}${count > 3 ? `, … (${countWords(count)})` : ""}`;
  output.note(`Stack '${stack}', project '${project}'. ${words}${some}.`);
  if (yes) {
    if (!protect || stackName === stack) return;
    throw new CommandError(
      EXIT.notConfirmed,
      `Stack '${stack}' is protected: with '--yes' give its name, too: '--stack-name ${stack}'. Nothing was done.`,
    );
  }
  if (!output.ask) {
    const name = protect ? ` --stack-name ${stack}` : "";
    throw new CommandError(
      EXIT.notConfirmed,
      `There is no terminal to ask at: give '--yes${name}'. Nothing was done.`,
    );
  }
  const answer = await output.ask(protect ? "Type the stack's name to go on: " : "Go on? [y/N] ");
  const isGiven = protect ? answer.trim() === stack : /^y(?:es)?$/i.test(answer.trim());
  if (!isGiven) throw new CommandError(EXIT.notConfirmed, "Not confirmed. Nothing was done.");
}
