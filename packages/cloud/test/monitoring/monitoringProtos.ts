import { fromProto3JSON } from "proto3-json-serializer";
import { commonProtos } from "../api/googleProtos.ts";

/**
 * Reads JSON as Google's client libraries read a message: `google.monitoring.v3.ListTimeSeriesResponse`.
 * Throws for what does not fit.
 */
export function readAsGoogle(type: string, json: object): object {
  const message = fromProto3JSON(commonProtos.lookupType(type), JSON.parse(JSON.stringify(json)));
  return message!.toJSON();
}

/** The names of an enum by their numbers, with a gap where there is none. */
export function namesByNumber(type: string): string[] {
  const names: string[] = [];
  for (const [name, number] of Object.entries(commonProtos.lookupEnum(type).values)) {
    names[number] = name;
  }
  return names;
}
