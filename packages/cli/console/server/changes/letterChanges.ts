import { join } from "node:path";
import { z } from "zod";
import { CommandError, EXIT, type ExitCode } from "../../../command/exitCodes.ts";
import { discardLetters } from "../../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../../operate/deadLetters/exportCommand.ts";
import { GROUP_BY } from "../../../operate/deadLetters/groups.ts";
import type { Operating } from "../../../operate/operatorCommand.ts";
import { redriveLetters } from "../../../operate/redrive/command.ts";
import { editOf, MAX_PAYLOAD_BYTES } from "../../../operate/redrive/edit.ts";
import { journalsOf } from "../../../operate/redrive/journal.ts";
import { stateFolder } from "../../../operate/stateFolder.ts";
import { change } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { lettersSchema, selectorOf, type Letters } from "../letters.ts";
import { wholeEdit } from "../wholeEdit.ts";
import { acting, consent, named, yes } from "./acting.ts";

/** What is done to dead letters. */
export function letterChanges(context: ConsoleContext) {
  const { contract, now, journal } = context;
  const { act, told } = acting(context);
  return {
    /** A dry run changes nothing, and may be asked for by whoever may only look. */
    redrive: change(
      z.strictObject({
        letters: lettersSchema,
        dryRun: z.boolean(),
        /** What a dry run puts together. */
        by: z.enum(GROUP_BY).optional(),
        probe: z.int().min(1).max(10_000).optional(),
        /** Tasks a second. */
        rate: z.number().positive().max(500).optional(),
        /** Fields of payloads, such as `to=ada@example.com`. */
        set: z.array(z.string().max(1_000_000)).min(1).max(20).optional(),
        /** The whole payload of one dead letter, as `editable` gave it and somebody has changed it. */
        payload: z.string().max(MAX_PAYLOAD_BYTES).optional(),
        /** Sends what the contract refuses, too. */
        force: z.boolean().optional(),
        ...{ ...consent, ...named },
      }),
      async ({
        letters,
        dryRun,
        by,
        probe,
        rate,
        set,
        payload,
        force = false,
        work,
        stackName,
      }) => {
        const edit =
          payload === undefined
            ? await editOf({ ...(set && { set }) })
            : await wholeEdit(context, onlyIdOf(letters, set), payload);
        const declared = await contract();
        const run = (operating: Operating): Promise<ExitCode> =>
          redriveLetters(
            operating,
            declared,
            selectorOf(letters),
            {
              ...yes(stackName),
              ...{ dryRun, reveal: false, force, uncertain: false },
              ...(by !== undefined && { by }),
              ...(probe !== undefined && { probe }),
              ...(rate !== undefined && { rate }),
            },
            edit,
            { ...context.redrive, isStopped: () => false },
          );
        const isRewritten = payload === undefined ? {} : { isRewritten: true };
        const forced = force ? { force } : {};
        const to = { letters, fields: set?.map(fieldOf), ...isRewritten, ...forced };
        if (!dryRun) return act("redrive", to, run, work);
        // What is to be changed is shown as it is and as it would be.
        if (edit) await journal({ call: "reveal", to: letters });
        return told(run, work);
      },
    ),

    discard: change(
      z.strictObject({ letters: lettersSchema, ...consent, ...named }),
      ({ letters, stackName, work }) => {
        const run = (operating: Operating): Promise<ExitCode> => {
          const folder = stateFolder(operating.calls.operations.stack);
          return discardLetters(
            operating,
            selectorOf(letters),
            { ...yes(stackName), backup: true, uncertain: false, dryRun: false },
            {
              by: context.redrive.by,
              folder: join(folder, "discarded"),
              journal: { told: journalsOf(folder) },
            },
          );
        };
        return act("discard", letters, run, work);
      },
    ),

    /** Into a file of the one who started the console: a browser's downloads are for anybody to read. */
    export: change(
      z.strictObject({ letters: lettersSchema, ...named }),
      async ({ letters, work }) => {
        const { operations } = await context.connect();
        const time = new Date(now()).toISOString().replace(/[-:.]/g, "");
        const folder = join(stateFolder(operations.stack), "exported");
        await context.makeFolder(folder);
        const to = { to: join(folder, `${time}.ndjson`), json: true };
        const run = (operating: Operating): Promise<ExitCode> =>
          exportLetters(operating, selectorOf(letters), to, context.redrive.by);
        return act("export", letters, run, work);
      },
    ),
  };
}

/** The id of the one dead letter that is to get a payload. */
function onlyIdOf({ ids = [], ...others }: Letters, set: readonly string[] | undefined): string {
  const [id] = ids;
  const isOne = ids.length === 1 && Object.values(others).every((value) => value === undefined);
  if (id !== undefined && isOne && set === undefined) return id;
  throw new CommandError(
    EXIT.usage,
    "A whole payload is given to one dead letter, named by its id, without fields beside it.",
  );
}

/** `to=ada@example.com` is told as `to`: the value is part of a payload. */
function fieldOf(set: string): string {
  return set.slice(0, Math.max(0, set.indexOf("=")));
}
