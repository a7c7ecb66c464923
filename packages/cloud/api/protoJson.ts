import { GoogleError } from "./googleError.ts";
import type { Json } from "./parseJson.ts";

/** The type of a field, as proto3 JSON writes its values. https://protobuf.dev/programming-guides/json/ */
export type FieldType =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "double"
  | "bytes"
  | "duration"
  | "timestamp"
  /** Any JSON object, kept as it is. */
  | "struct"
  | { readonly enum: readonly string[] }
  | { readonly message: MessageType; readonly oneofs?: Oneofs }
  | { readonly map: FieldType }
  | { readonly repeated: FieldType };

/** The fields of a message of which one at most may be set, by the name of what they are together. */
export type Oneofs = Readonly<Record<string, readonly string[]>>;

/** The fields of a message by their JSON names. Names in snake case are accepted too, as Google does. */
export type MessageType = Readonly<Record<string, FieldType>>;

/** A decoded message: enums by name, durations and timestamps as text, int64 as text, bytes as base64. */
export type Message = Record<string, unknown>;

/**
 * Reads a message from JSON. Throws INVALID_ARGUMENT, with every problem, for unknown fields and wrong types.
 * `null` is an absent field, or an absent entry of a map.
 */
export function decodeMessage(type: MessageType, json: Json | undefined, place = ""): Message {
  const problems: Problem[] = [];
  const message = decodeObject(type, json ?? {}, place, problems, undefined) ?? {};
  if (problems.length === 0) return message;
  throw badRequest(problems);
}

/** What is wrong with a request, and where: `task.http_request.url`. */
export interface Problem {
  readonly field?: string;
  readonly description: string;
}

/** The refusal of a request that does not fit its message. */
export function badRequest(problems: readonly Problem[]): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", problems.map((p) => p.description).join("\n"), [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: problems },
  ]);
}

function decodeObject(
  type: MessageType,
  json: Json,
  place: string,
  problems: Problem[],
  oneofs: Oneofs | undefined,
): Message | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    note(problems, invalidValue(place, "Object", json));
    return undefined;
  }
  const message: Message = {};
  for (const [key, value] of Object.entries(json)) {
    const name = Object.hasOwn(type, key) ? key : camelCase(key);
    const fieldType = Object.hasOwn(type, name) ? type[name] : undefined;
    if (fieldType === undefined) {
      const at = place === "" ? "" : ` at '${place}'`;
      note(problems, {
        ...(place !== "" && { field: place }),
        description: `Invalid JSON payload received. Unknown name "${cut(key)}"${at}: Cannot find field.`,
      });
    } else if (value !== null && value !== undefined) {
      const decoded = decodeField(fieldType, value, join(place, name), problems);
      const taken = oneofs && takenOneof(name, message, oneofs);
      if (taken !== undefined) {
        note(problems, {
          field: place,
          description: `Invalid value at '${place}' (oneof), oneof field '${taken}' is already set. Cannot set '${cut(key)}'`,
        });
      }
      if (decoded !== undefined) message[name] = decoded;
    }
  }
  return message;
}

/** The oneof of a field, where another one of it is set. */
function takenOneof(name: string, message: Message, oneofs: Oneofs): string | undefined {
  const [oneof, names = []] = Object.entries(oneofs).find(([, all]) => all.includes(name)) ?? [];
  return names.some((other) => Object.hasOwn(message, other)) ? oneof : undefined;
}

function decodeField(type: FieldType, json: Json, place: string, problems: Problem[]): unknown {
  if (typeof type === "string") {
    const decoded = SCALARS[type](json);
    if (decoded === undefined) note(problems, invalidValue(place, TYPE_NAMES[type], json));
    return decoded;
  }
  if ("message" in type) return decodeObject(type.message, json, place, problems, type.oneofs);
  if ("enum" in type) return decodeEnum(type.enum, json, place, problems);
  if ("repeated" in type) {
    // A single value is read as a list of one, as Google does.
    const list = Array.isArray(json) ? json : [json];
    return list.map((item, i) => decodeField(type.repeated, item, `${place}[${i}]`, problems));
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    note(problems, invalidValue(place, "Map", json));
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) =>
      value === null || value === undefined
        ? []
        : [[key, decodeField(type.map, value, `${place}[${cut(key)}]`, problems)]],
    ),
  );
}

function decodeEnum(
  names: readonly string[],
  json: Json,
  place: string,
  problems: Problem[],
): string | undefined {
  // The REST mode of Google's client libraries sends enums as numbers (google-cloud.md 1.1).
  if (typeof json === "number" && names[json] !== undefined) return names[json];
  if (typeof json === "string" && names.includes(json)) return json;
  note(problems, invalidValue(place, "TYPE_ENUM", json));
  return undefined;
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const DURATION = /^-?\d{1,12}(?:\.\d{1,9})?s$/;
const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
/** Ten thousand years, in seconds. */
const MAX_DURATION = 315_576_000_000;
const INT64 = /^-?\d{1,19}$/;

const SCALARS: Readonly<Record<FieldType & string, (json: Json) => unknown>> = {
  string: (json) => (typeof json === "string" ? json : undefined),
  bool: (json) => (typeof json === "boolean" ? json : undefined),
  int32(json) {
    const n = typeof json === "string" && INT64.test(json) ? Number(json) : json;
    const isInt = typeof n === "number" && Number.isInteger(n);
    return isInt && n >= -(2 ** 31) && n < 2 ** 31 ? n : undefined;
  },
  int64(json) {
    if (typeof json === "number" && Number.isSafeInteger(json)) return String(json);
    return typeof json === "string" && INT64.test(json) ? json : undefined;
  },
  double(json) {
    const n = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
    // JSON has no way to answer with what is not finite.
    return typeof n === "number" && Number.isFinite(n) ? n : undefined;
  },
  bytes(json) {
    if (typeof json !== "string" || !BASE64.test(json)) return undefined;
    const standard = json.replaceAll("-", "+").replaceAll("_", "/");
    if (standard.length % 4 === 0) return standard;
    const digits = standard.replace(/=+$/, "");
    // What is left over of groups of four is one byte in two digits, or two bytes in three.
    return digits.length % 4 === 1
      ? undefined
      : digits.padEnd(Math.ceil(digits.length / 4) * 4, "=");
  },
  duration: (json) =>
    typeof json === "string" && DURATION.test(json) && Math.abs(parseFloat(json)) <= MAX_DURATION
      ? json
      : undefined,
  timestamp: (json) =>
    typeof json === "string" && TIMESTAMP.test(json) && !Number.isNaN(Date.parse(json))
      ? json
      : undefined,
  struct: (json) => (typeof json === "object" && !Array.isArray(json) ? json : undefined),
};

const TYPE_NAMES: Readonly<Record<FieldType & string, string>> = {
  string: "TYPE_STRING",
  bool: "TYPE_BOOL",
  int32: "TYPE_INT32",
  int64: "TYPE_INT64",
  double: "TYPE_DOUBLE",
  bytes: "TYPE_BYTES",
  duration: "type.googleapis.com/google.protobuf.Duration",
  timestamp: "type.googleapis.com/google.protobuf.Timestamp",
  struct: "type.googleapis.com/google.protobuf.Struct",
};

function invalidValue(place: string, type: string, json: Json): Problem {
  return {
    field: place,
    description: `Invalid value at '${place}' (${type}), ${cut(shown(json))}`,
  };
}

/** gRPC has numbers that JSON has not. */
function shown(json: Json): string {
  return typeof json === "number" ? String(json) : JSON.stringify(json);
}

/** Notes a problem. Where there are too many, it does not look for more: a refusal is smaller than its request. */
function note(problems: Problem[], problem: Problem): void {
  problems.push(problem);
  if (problems.length === MAX_PROBLEMS) throw badRequest(problems);
}

const MAX_PROBLEMS = 100;

function cut(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function join(place: string, name: string): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return place === "" ? snake : `${place}.${snake}`;
}

/** `update_mask` and `updateMask` are the same name: the latter. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
