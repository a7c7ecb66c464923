import { fromProto3JSON, toProto3JSON, type JSONObject } from "proto3-json-serializer";
import type { Type } from "protobufjs";
import type { Json } from "../method.ts";

/** A message in its JSON form, as methods take it. */
export type JsonMessage = Record<string, Json | undefined>;

/** Reads a message off the wire. Throws for what is none. */
export function decodeBytes(type: Type, bytes: Uint8Array): JsonMessage {
  // No message that has this type itself is anything but an object in JSON.
  return toProto3JSON(type.decode(bytes)) as JsonMessage;
}

/** Writes the JSON form of a message for the wire. Fields that the message has not are left out. */
export function encodeBytes(type: Type, json: object): Buffer {
  const message = fromProto3JSON(type, json as JSONObject);
  return Buffer.from(type.encode(message ?? {}).finish());
}
