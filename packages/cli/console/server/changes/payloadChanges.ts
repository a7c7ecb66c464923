import { z } from "zod";
import { shownPayload } from "../../../operate/show/shownPayload.ts";
import { change, text } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { foundPayload } from "../foundPayload.ts";
import { editablePayload } from "../wholeEdit.ts";

/** What shows a payload, which is hidden. */
export function payloadChanges(context: ConsoleContext) {
  const { contract, journal, audit } = context;
  return {
    /** The payload of a task or dead letter, but for its sensitive fields. Written down: who looked at what. */
    reveal: change(z.strictObject({ id: text }), async ({ id }) => {
      const {
        task,
        body = Buffer.alloc(0),
        cutFrom,
      } = await foundPayload(await context.connect(), id);
      await audit({ what: "reveal", count: 1 });
      await journal({ call: "reveal", to: id });
      if (context.reveal) return { payload: body.toString(), isHidden: false, cutFrom };
      const { value, isHidden } = shownPayload(await contract(), task, body);
      return { payload: JSON.stringify(value, undefined, 2), isHidden, cutFrom };
    }),

    /** A payload to be changed as a whole: what is sensitive is numbered, and stays what it is. */
    editable: change(z.strictObject({ id: text }), async ({ id }) => {
      const { text: json, isHidden } = await editablePayload(context, id);
      await audit({ what: "reveal", count: 1 });
      await journal({ call: "reveal", to: id });
      return { text: json, isHidden };
    }),
  };
}
