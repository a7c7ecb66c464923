import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fromProto3JSON } from "proto3-json-serializer";
import protobuf from "protobufjs";

/**
 * Reads JSON as Google's client libraries read a message: `google.monitoring.v3.ListTimeSeriesResponse`.
 * Throws for what does not fit. The definitions are those that the libraries' common part has.
 */
export function readAsGoogle(type: string, json: object): object {
  const message = fromProto3JSON(root.lookupType(type), JSON.parse(JSON.stringify(json)));
  return message!.toJSON();
}

/** The names of an enum by their numbers, with a gap where there is none. */
export function namesByNumber(type: string): string[] {
  const names: string[] = [];
  for (const [name, number] of Object.entries(root.lookupEnum(type).values)) names[number] = name;
  return names;
}

const folder = join(dirname(createRequire(__filename).resolve("google-gax")), "../protos");
const root = new protobuf.Root();
root.resolvePath = (_from, target) => join(folder, target);
root.loadSync(["google/monitoring/v3/metric_service.proto", "google/api/metric.proto"], {
  keepCase: false,
});
root.resolveAll();
