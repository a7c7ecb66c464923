import { z } from "zod";
import { durationMs } from "../../tasks/contract/duration.ts";
import { list } from "../../tasks/contract/knownNames.ts";

/*
 * The kinds of setting, as schemas whose only message is the rule that the value must keep. Numbers and
 * booleans may also come as text: the engine hands flat settings over as text, and so does
 * `pulumi config set --path` with a fraction.
 */

/** A number from `min` (or, where `above` is set, greater than `min`) to `max`. */
export function number(who: string, { min, max, above }: Range & { above?: boolean }) {
  const rule = `${who} a number ${above ? "above" : "from"} ${min} ${above ? "and at most" : "to"} ${max}`;
  return z.preprocess(
    numeric,
    z
      .number({ error: rule })
      .refine((n) => (above ? n > min : n >= min) && n <= max, { error: rule }),
  );
}

/** A whole number from `min` to `max`. */
export function wholeNumber(who: string, { min, max }: Range) {
  const rule = `${who} a whole number from ${min} to ${max}`;
  return z.preprocess(numeric, z.int({ error: rule }).min(min, rule).max(max, rule));
}

/** A duration from `min` to `max`, in seconds. */
export function duration(who: string, { min, max }: { min: number; max?: number }) {
  const range = max === undefined ? `of at least '${min}s'` : `from '${min}s' to '${max}s'`;
  const rule = `${who} a duration ${range}`;
  return z.templateLiteral([z.number(), "s"], { error: rule }).refine(
    (text) => {
      const ms = durationMs(text);
      return ms !== undefined && ms >= min * 1000 && (max === undefined || ms <= max * 1000);
    },
    { error: rule },
  );
}

export function boolean() {
  return z.preprocess(
    (value) => (value === "true" ? true : value === "false" ? false : value),
    z.boolean({ error: "it is 'true' or 'false'" }),
  );
}

/** Text of that form. */
export function text(rule: string, form: RegExp) {
  return z.string({ error: rule }).regex(form, { error: rule });
}

/** A group of settings, and no others. */
export function group<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    // Of names that it has not, `issueWords` tells.
    error: ({ code }) =>
      code === "unrecognized_keys" ? undefined : `it holds ${list(Object.keys(shape))}`,
  });
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function numeric(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
