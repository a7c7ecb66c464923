import { GoogleError } from "./googleError.ts";
import { camelCase, type FieldType, type MessageType } from "./protoJson.ts";

/**
 * The paths of an `updateMask` query parameter, by the names of fields in camel case and by the keys of maps as they
 * are; `undefined` where all fields are meant, as by a mask that is empty or `*`. https://google.aip.dev/134, /161
 */
export function parseMask(mask: string | null, type: MessageType): string[][] | undefined {
  if (mask === null || ["", "*"].includes(mask.trim())) return undefined;
  return mask.split(",").map((text) => {
    const path = fieldPath(text.trim().split("."), { message: type });
    if (path !== undefined) return path;
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
  type: FieldType,
): T {
  if (mask === undefined) return fresh;
  return mask.reduce((merged, path) => mergePath(merged, fresh, path, type), old);
}

function mergePath<T extends object>(
  old: T,
  fresh: T,
  [head = "", ...rest]: readonly string[],
  type: FieldType,
): T {
  const value = own(fresh, head);
  const inner = (): unknown => {
    const merged = mergePath(asObject(own(old, head)), asObject(value), rest, within(type, head));
    // What lost the last that was in it is not there any more, unless it is given empty.
    return value === undefined && Object.keys(merged).length === 0 ? undefined : merged;
  };
  const merged = rest.length === 0 ? value : inner();
  const others = without(old, [head, ...(merged === undefined ? [] : rivals(type, head))]);
  // The fields are those of T: the mask names no other.
  return { ...others, ...(merged !== undefined && { [head]: merged }) } as T;
}

function own(message: object, name: string): unknown {
  return Object.hasOwn(message, name) ? Reflect.get(message, name) : undefined;
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** The fields that are taken away by setting another one of their oneof. */
function rivals(type: FieldType, name: string): readonly string[] {
  const oneofs = typeof type === "object" && "message" in type ? type.oneofs : undefined;
  return Object.values(oneofs ?? {}).find((names) => names.includes(name)) ?? [];
}

function without(fields: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function within(type: FieldType, name: string): FieldType {
  if (typeof type === "string") return type;
  if ("message" in type) return type.message[name] ?? "struct";
  return "map" in type ? type.map : "struct";
}

function fieldPath(segments: readonly string[], type: FieldType): string[] | undefined {
  const [head, ...rest] = segments;
  if (head === undefined) return [];
  // What is in it is not known here, and any path may lead somewhere.
  if (type === "struct") return segments.map(camelCase);
  if (typeof type === "string") return undefined;
  if ("map" in type) {
    // A key may hold dots; between backticks it is told from what follows.
    const isLast = typeof type.map === "string" && type.map !== "struct";
    const key = (isLast ? segments.join(".") : head).replace(/^`(.*)`$/, "$1");
    if (key === "") return undefined;
    return isLast ? [key] : under(key, fieldPath(rest, type.map));
  }
  if (!("message" in type)) return undefined;
  const name = camelCase(head);
  const field = Object.hasOwn(type.message, name) ? type.message[name] : undefined;
  return field && under(name, fieldPath(rest, field));
}

function under(name: string, path: string[] | undefined): string[] | undefined {
  return path && [name, ...path];
}
