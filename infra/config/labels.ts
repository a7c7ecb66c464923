import { z } from "zod";

// https://cloud.google.com/resource-manager/docs/creating-managing-labels#requirements
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MAX_LABELS = 64;

const KEY_RULE =
  "the key of a label has up to 63 lower-case letters, digits, '-' and '_', the first a letter";
const VALUE_RULE = "a label's value has up to 63 lower-case letters, digits, '-' and '_'";
const TEXT_RULE = "a label's value is text, and a number needs quotes in the file";

/**
 * The labels of all that takes labels, such as `{ team: "mail", "cost-center": "cc-42" }`: services, their
 * revisions (which is what the bill and the logs have), secrets, the repository of images, alerts and their channels.
 */
export const labels = z
  .record(
    z.string().regex(KEY),
    z.string({ error: TEXT_RULE }).regex(VALUE, { error: VALUE_RULE }),
    {
      error: ({ code }) =>
        code === "invalid_key" ? KEY_RULE : "it holds labels by key, such as { team: mail }",
    },
  )
  .refine((given) => Object.keys(given).length <= MAX_LABELS, {
    error: `Google allows ${MAX_LABELS} labels`,
  });

export type Labels = z.output<typeof labels>;

/** The argument `labels` of a resource; none where there are no labels, as a resource without them has it. */
export function labelled(given: Labels): { labels?: Labels } {
  return Object.keys(given).length === 0 ? {} : { labels: given };
}
