import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { getDeadLetter } from "../../operate/deadLetters/readDeadLetters.ts";
import type { Edit } from "../../operate/redrive/edit.ts";
import { editable, type Editable } from "../../operate/redrive/editable.ts";
import type { ConsoleContext } from "./context.ts";
import { foundPayload } from "./foundPayload.ts";

type Context = Pick<ConsoleContext, "connect" | "contract" | "reveal">;

/** The payload of a task or a dead letter, as whoever changes it sees it. */
export async function editablePayload(
  { connect, contract, reveal }: Context,
  id: string,
): Promise<Editable & { readonly task: string | undefined }> {
  const found = await foundPayload(await connect(), id);
  return { ...editable(await contract(), found, reveal), task: found.task };
}

/** The edit by which a dead letter, by its whole id, gets the payload that was typed. Throws a usage error where that is none. */
export async function wholeEdit(
  { connect, contract, reveal }: Context,
  id: string,
  text: string,
): Promise<Edit> {
  const letter = await getDeadLetter(await connect(), id, "FULL");
  if (!letter) {
    throw new CommandError(EXIT.nothing, `There is no dead letter '${id}' any more.`);
  }
  const { jsonOf } = editable(await contract(), letter, reveal);
  const body = Buffer.from(typed(() => jsonOf(text)));
  return (one: DeadLetter) => (one.id === letter.id ? body : undefined);
}

/** The JSON that somebody typed. Throws a usage error where it is none. */
export function typed(jsonOf: () => string): string {
  try {
    return jsonOf();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `The payload: ${why}`, { cause: error });
  }
}
