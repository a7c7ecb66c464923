import type { FieldType, MessageType } from "./protoJson.ts";

/** An answer with its enums as numbers, which the REST mode of Google's client libraries asks for. */
export function withEnumNumbers(answer: object, type: MessageType): object {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]: [string, unknown]) => [
      name,
      Object.hasOwn(type, name) ? encode(value, type[name]) : value,
    ]),
  );
}

function encode(value: unknown, type: FieldType | undefined): unknown {
  if (typeof type !== "object" || value === undefined) return value;
  if ("enum" in type) {
    const number = type.enum.findIndex((name) => name === value);
    return number < 0 ? value : number;
  }
  if ("repeated" in type) {
    return Array.isArray(value) ? value.map((item: unknown) => encode(item, type.repeated)) : value;
  }
  if (typeof value !== "object" || value === null || !("message" in type)) return value;
  return withEnumNumbers(value, type.message);
}
