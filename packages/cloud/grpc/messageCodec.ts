import { fromProto3JSON, toProto3JSON, type JSONObject } from "proto3-json-serializer";
import type { Type } from "protobufjs";
import { GoogleError, type CanonicalCode } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";
import { checkTimes, withDurations } from "./times.ts";

/** A message in its JSON form, as methods take it. */
export type JsonMessage = Record<string, Json | undefined>;

/**
 * Reads a message off the wire. Throws INTERNAL for what is none, as servers of gRPC do, and INVALID_ARGUMENT
 * for one with a value that has no JSON, such as a time that there is not.
 */
export function decodeBytes(type: Type, bytes: Uint8Array): JsonMessage {
  const message = reading("INTERNAL", type, () => type.decode(bytes));
  checkTimes(message);
  const json = reading("INVALID_ARGUMENT", type, () => toProto3JSON(message) as Json);
  // A message of any type but those of single values is an object in JSON.
  return withDurations(message, json) as JsonMessage;
}

function reading<Result>(code: CanonicalCode, { name }: Type, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GoogleError(code, `The request is no ${name}: ${reason}.`);
  }
}

/** Writes the JSON form of a message for the wire. Fields that the message has not are left out. */
export function encodeBytes(type: Type, json: object): Uint8Array {
  const message = fromProto3JSON(type, json as JSONObject);
  return type.encode(message ?? {}).finish();
}
