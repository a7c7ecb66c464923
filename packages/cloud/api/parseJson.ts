import { GoogleError } from "./googleError.ts";

/** JSON as it came in. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

/** The most objects and arrays that JSON may have one in the other: what protobuf's own reader takes. */
const MAX_DEPTH = 100;

/**
 * Reads the body of a request; `undefined` where there is none. Throws INVALID_ARGUMENT for what is not JSON,
 * and for what is nested deeper than a walk through it could follow.
 */
export function parseJson(body: Uint8Array | undefined): Json | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const json = parsed(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  if (isWithin(json, MAX_DEPTH)) return json;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Invalid JSON payload received. It is nested more than ${MAX_DEPTH} levels deep.`,
  );
}

function parsed(text: string): Json {
  try {
    // What JSON.parse returns is JSON.
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GoogleError("INVALID_ARGUMENT", `Invalid JSON payload received. ${reason}`);
  }
}

function isWithin(json: Json | undefined, levels: number): boolean {
  if (typeof json !== "object" || json === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(json)) return json.every((item) => isWithin(item, levels - 1));
  for (const key in json) if (!isWithin(json[key], levels - 1)) return false;
  return true;
}
