import { GoogleError } from "./googleError.ts";
import { camelCase, type FieldType, type MessageType } from "./protoJson.ts";

/**
 * The paths of an `updateMask` query parameter, in camel case; `undefined` where all fields are meant, as by
 * a mask that is empty or `*`. https://google.aip.dev/134
 */
export function parseMask(mask: string | null, type: MessageType): string[][] | undefined {
  if (mask === null || ["", "*"].includes(mask.trim())) return undefined;
  return mask.split(",").map((text) => {
    const path = text.trim().split(".").map(camelCase);
    if (isPath(path, { message: type })) return path;
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Invalid path '${text.trim()}' in the update mask: no such field.`,
    );
  });
}

/** `old` with the fields that the mask names taken from `fresh`; without a mask, `fresh` itself. */
export function applyMask<T extends object>(
  old: T,
  fresh: T,
  mask: readonly string[][] | undefined,
): T {
  if (mask === undefined) return fresh;
  return mask.reduce((merged, path) => mergePath(merged, fresh, path), old);
}

function mergePath<T extends object>(old: T, fresh: T, [head = "", ...rest]: string[]): T {
  const { [head]: oldValue, ...others } = old as Record<string, unknown>;
  const value: unknown = Reflect.get(fresh, head);
  const merged = rest.length === 0 ? value : mergePath(asObject(oldValue), asObject(value), rest);
  // The fields are those of T: the mask names no other.
  return { ...others, ...(merged !== undefined && { [head]: merged }) } as T;
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function isPath([head, ...rest]: string[], type: FieldType): boolean {
  if (head === undefined) return true;
  if (typeof type === "string" || !("message" in type)) return false;
  const field = Object.hasOwn(type.message, head) ? type.message[head] : undefined;
  return field !== undefined && isPath(rest, field);
}
