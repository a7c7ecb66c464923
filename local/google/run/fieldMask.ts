import type { Message } from "../protoJson.ts";

/** `target` with the fields that `mask` names (`template.timeout,labels`) taken from `source`, or taken away. */
export function applyMask(target: Message, source: Message, mask: string): Message {
  let result = target;
  for (const path of mask.split(",")) {
    if (path === "*") return source;
    result = applyPath(result, source, path.trim().split(".").map(camelCase));
  }
  return result;
}

function applyPath(target: Message, source: Message, path: readonly string[]): Message {
  const [field, ...rest] = path;
  if (field === undefined) return target;
  const value =
    rest.length === 0
      ? source[field]
      : applyPath(messageAt(target, field), messageAt(source, field), rest);
  const others = Object.entries(target).filter(([name]) => name !== field);
  return Object.fromEntries(value === undefined ? others : [...others, [field, value]]);
}

function messageAt(message: Message, field: string): Message {
  const value = message[field];
  const isMessage = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMessage ? { ...value } : {};
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
