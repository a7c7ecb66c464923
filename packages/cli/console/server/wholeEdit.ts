import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { getDeadLetter } from "../../operate/deadLetters/readDeadLetters.ts";
import type { Edit } from "../../operate/redrive/edit.ts";
import { editable, type Editable } from "../../operate/redrive/editable.ts";
import type { ConsoleContext } from "./context.ts";

type Context = Pick<ConsoleContext, "connect" | "contract" | "reveal">;

/** A dead letter, by its whole id, as whoever changes its payload sees it. */
export async function editableLetter(
  { connect, contract, reveal }: Context,
  id: string,
): Promise<Editable & { readonly letter: DeadLetter }> {
  const letter = await getDeadLetter(await connect(), id, "FULL");
  if (letter) return { ...editable(await contract(), letter, reveal), letter };
  throw new CommandError(EXIT.nothing, `There is no dead letter '${id}' any more.`);
}

/** The edit by which a dead letter gets the payload that was typed. Throws a usage error where that is none. */
export async function wholeEdit(context: Context, id: string, typed: string): Promise<Edit> {
  const { letter, jsonOf } = await editableLetter(context, id);
  try {
    const body = Buffer.from(jsonOf(typed));
    return (one) => (one.id === letter.id ? body : undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `The payload: ${why}`, { cause: error });
  }
}
