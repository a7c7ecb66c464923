import { CommandError, EXIT, type ExitCode } from "../../../command/exitCodes.ts";
import { queueNamed } from "../../../operate/calls/ownNames.ts";
import type { Operating } from "../../../operate/operatorCommand.ts";
import { text, workSchema } from "../call.ts";
import { collected, type Outcome } from "../collect.ts";
import type { ConsoleContext } from "../context.ts";

/** What a call may have beside its own arguments: the name by which the page asks how far it is, */
export const named = { work: workSchema.optional() };
/** and the stack's name, typed once more: what a protected stack asks for, as its commands do. */
export const consent = { stackName: text.optional() };

export const yes = (stackName: string | undefined) => ({
  yes: true,
  json: true,
  ...(stackName !== undefined && { stackName }),
});

/** How whatever changes something is done: only where it may be, and written into the journal. */
export function acting(context: ConsoleContext) {
  const { now, flags, journal, audit } = context;

  /** Does what a command does, and says what it says. */
  async function act(
    call: string,
    to: unknown,
    run: (operating: Operating) => Promise<ExitCode>,
    work?: string,
  ): Promise<Outcome> {
    mayChange();
    await journal({ call, to });
    const outcome = await told(run, work);
    await journal({ call, to, exitCode: outcome.exitCode });
    return outcome;
  }

  /** Runs what a command runs; how far it is can be asked for while it runs, where the page has a name for it. */
  async function told(
    run: (operating: Operating) => Promise<ExitCode>,
    work: string | undefined,
  ): Promise<Outcome> {
    const calls = await context.connect();
    try {
      return await collected(
        now,
        (output) => run({ calls, output, audit, flags }),
        (words) => {
          if (work !== undefined) context.progress.set(work, words);
        },
      );
    } finally {
      if (work !== undefined) context.progress.delete(work);
    }
  }

  async function nameOf(queue: string): Promise<string> {
    return queueNamed((await context.connect()).operations, queue);
  }

  function mayChange(): void {
    if (context.allowChanges) return;
    throw new CommandError(
      EXIT.notConfirmed,
      "This console only looks. Start it with '--allow-changes' to change anything.",
    );
  }

  return { act, told, nameOf, mayChange };
}
