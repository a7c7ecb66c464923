import { z } from "zod";

// https://cloud.google.com/resource-manager/docs/creating-managing-labels#requirements
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MAX_LABELS = 64;
/** In UTF-8, of a key as of a value: 63 letters of most scripts beyond Latin are more. */
const MAX_BYTES = 128;

const KEY_RULE =
  "the key of a label has up to 63 lower-case letters, digits, '-' and '_', the first a letter";
const VALUE_RULE = "a label's value has up to 63 lower-case letters, digits, '-' and '_'";
const BYTES_RULE = `a label's key, and its value, have at most ${MAX_BYTES} bytes in UTF-8`;
const TEXT_RULE = "a label's value is text, and a number needs quotes in the file";

/**
 * The labels of all that takes labels, such as `{ team: "mail", "cost-center": "cc-42" }`: services, their
 * revisions (which is what the bill and the logs have), secrets, the repository of images, alerts and their channels.
 */
export const labels = z
  .record(
    z.string().regex(KEY, { error: KEY_RULE }).refine(isShort, { error: BYTES_RULE }),
    z
      .string({ error: TEXT_RULE })
      .regex(VALUE, { error: VALUE_RULE })
      .refine(isShort, { error: BYTES_RULE }),
    {
      error: (issue) =>
        issue.code === "invalid_key"
          ? issue.issues[0]?.message
          : "it holds labels by key, such as { team: mail }",
    },
  )
  .refine((given) => Object.keys(given).length <= MAX_LABELS, {
    error: `Google allows ${MAX_LABELS} labels`,
  });

function isShort(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES;
}

export type Labels = z.output<typeof labels>;

/** The argument `labels` of a resource; none where there are no labels, as a resource without them has it. */
export function labelled(given: Labels): { labels?: Labels } {
  return Object.keys(given).length === 0 ? {} : { labels: given };
}
