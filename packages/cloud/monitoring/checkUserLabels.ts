import { z } from "zod";
import type { Message } from "../api/protoJson.ts";
import { invalidField } from "./invalidField.ts";

const labelled = z.object({ userLabels: z.record(z.string(), z.string()).default({}) });

const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MAX_LABELS = 64;
/** In UTF-8, of a key as of a value. */
const MAX_BYTES = 128;

/**
 * Throws INVALID_ARGUMENT for the `userLabels` of a policy or a channel that Google does not take
 * (google/monitoring/v3/alert.proto, notification.proto; that letters of scripts without case are lowercase ones:
 * GoogleCloudPlatform/monitoring-dashboard-samples#1237).
 */
export function checkUserLabels(
  kind: "alert_policy" | "notification_channel",
  fields: Message,
): void {
  const field = `${kind}.user_labels`;
  const entries = Object.entries(labelled.parse(fields).userLabels);
  if (entries.length > MAX_LABELS) {
    throw invalidField(field, String(entries.length), `There may be at most ${MAX_LABELS} labels.`);
  }
  for (const [key, value] of entries) {
    if (!isOf(KEY, key)) {
      throw invalidField(
        field,
        key,
        "A key must have from 1 to 63 lowercase letters, numerals, underscores and dashes, at most " +
          `${MAX_BYTES} bytes, and must begin with a letter.`,
      );
    }
    if (!isOf(VALUE, value)) {
      throw invalidField(
        `${field}[${key}]`,
        value,
        "A value must have at most 63 lowercase letters, numerals, underscores and dashes, and at most " +
          `${MAX_BYTES} bytes.`,
      );
    }
  }
}

function isOf(form: RegExp, text: string): boolean {
  return form.test(text) && Buffer.byteLength(text) <= MAX_BYTES;
}
