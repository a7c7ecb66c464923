import type { Json } from "./parseJson.ts";
import { decodeMessage, type FieldType, type MessageType } from "./protoJson.ts";

/** The TypeScript type of a decoded message. Every field may be absent, as in proto3. */
export type Decoded<T extends MessageType> = { readonly [K in keyof T]?: DecodedField<T[K]> };

type DecodedField<F extends FieldType> = F extends "bool"
  ? boolean
  : F extends "int32" | "double"
    ? number
    : F extends "struct"
      ? object
      : F extends string
        ? string
        : F extends { readonly enum: readonly (infer E)[] }
          ? E
          : F extends { readonly message: infer M extends MessageType }
            ? Decoded<M>
            : F extends { readonly map: infer V extends FieldType }
              ? Readonly<Record<string, DecodedField<V>>>
              : F extends { readonly repeated: infer V extends FieldType }
                ? readonly DecodedField<V>[]
                : never;

/** Reads a message from JSON into its type; throws INVALID_ARGUMENT as `decodeMessage` does. */
export function decode<const T extends MessageType>(
  type: T,
  json: Json | undefined,
  place = "",
): Decoded<T> {
  // `decodeMessage` has checked every field against the very table that the type is made from.
  return decodeMessage(type, json, place) as Decoded<T>;
}
