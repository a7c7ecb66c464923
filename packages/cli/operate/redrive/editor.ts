import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { readPayload } from "../../../../tasks/contract/payload.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { getDeadLetter } from "../deadLetters/readDeadLetters.ts";
import { payloadOf, selectDeadLetters } from "../deadLetters/selector.ts";
import { readGivenFile } from "../givenFile.ts";
import type { Operating } from "../operatorCommand.ts";
import { MAX_PAYLOAD_BYTES, type Edit } from "./edit.ts";
import { editable } from "./editable.ts";
import { makeEditFolder } from "./editFolder.ts";

/** Opens a file for the user to change. Throws where that fails. */
export type OpenEditor = (file: string) => Promise<void>;

export interface EditByHandOptions {
  /** Whether any JSON fits. */
  readonly force: boolean;
  /** Whether what is sensitive is shown; what is hidden stays what it is. */
  readonly reveal: boolean;
  readonly open: OpenEditor;
  /** Where what is edited is kept meanwhile, in a folder of each process. */
  readonly folder: string;
}

/**
 * Has the user change the payload of the one dead letter that an id, or the beginning of one, names, until it fits
 * the contract or he gives up, which throws.
 */
export async function editByHand(
  { calls, output, audit }: Operating,
  contract: Pick<Contract, "tasks">,
  id: string,
  { force, reveal, open, folder: within }: EditByHandOptions,
): Promise<Edit> {
  const { ask } = output;
  if (!ask) {
    throw new CommandError(
      EXIT.notConfirmed,
      "There is no terminal to edit at: give '--set' or '--payload'. Nothing was done.",
    );
  }
  const letter = await theLetter(calls, id);
  await audit({ what: "reveal", count: 1 });
  const payload = payloadOf(letter);
  const { text: before, isHidden, jsonOf } = editable(contract, letter, reveal);
  const { tasks } = contract;
  const schema = Object.hasOwn(tasks, letter.task ?? "")
    ? tasks[letter.task ?? ""]?.payload
    : undefined;
  if (isHidden) {
    output.note(
      payload === undefined
        ? "Its body is no whole JSON, and is not shown without '--reveal': write another."
        : "What is '[hidden …]' stays what it is, unless you write something else; '--reveal' shows it.",
    );
  }

  const folder = await makeEditFolder(within);
  try {
    const file = join(folder, "payload.json");
    await writeFile(file, before, { mode: 0o600, flag: "wx" });
    for (;;) {
      await open(file);
      const text = (await readGivenFile(file, MAX_PAYLOAD_BYTES)).toString();
      const problem = problemOf(text);
      if (problem === undefined) {
        const json = jsonOf(text);
        if (json === JSON.stringify(payload)) giveUp("Nothing is changed.");
        const body = Buffer.from(json);
        return (one) => (one.id === letter.id ? body : undefined);
      }
      output.note(problem);
      const answer = await ask("Edit it again? [Y/n] ");
      if (/^n/i.test(answer.trim())) giveUp("Given up.");
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  function problemOf(text: string): string | undefined {
    try {
      const json = jsonOf(text);
      if (!force && schema) readPayload(letter.task ?? "", schema, json);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** The dead letter of that id, with its body. */
async function theLetter(calls: Operating["calls"], id: string): Promise<DeadLetter> {
  const { letters } = await selectDeadLetters(calls, { ids: [id] });
  const [first, ...others] = letters;
  if (others.length > 0) {
    throw new CommandError(
      EXIT.usage,
      `The ids of ${letters.length} dead letters begin with '${id}': '--edit' is for one. Nothing was done.`,
    );
  }
  const letter = first && (await getDeadLetter(calls, first.id, "FULL"));
  if (letter) return letter;
  throw new CommandError(EXIT.nothing, `There is no dead letter '${id}'.`);
}

function giveUp(why: string): never {
  throw new CommandError(EXIT.notConfirmed, `${why} Nothing was done.`);
}

/** Opens the user's own editor, `$VISUAL` or `$EDITOR`, in this terminal. Whatever ends the command ends that first. */
export function userEditor(environment: NodeJS.ProcessEnv): OpenEditor {
  return async (file) => {
    const editor = [environment["VISUAL"], environment["EDITOR"]].find(Boolean) ?? "vi";
    // It may have options: a shell reads them, as git has it.
    const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit" });
    const onInterrupt = (): void => undefined;
    const onSignal = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGINT", onInterrupt);
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
    try {
      const [code] = (await once(child, "exit")) as [number | null];
      if (code !== 0) giveUp(`The editor '${editor}' ended with ${code ?? "a signal"}.`);
    } finally {
      process.off("SIGINT", onInterrupt);
      for (const signal of ["SIGTERM", "SIGHUP"] as const) process.off(signal, onSignal);
    }
  };
}
