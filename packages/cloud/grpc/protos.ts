import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import protobuf, { type INamespace, type Root } from "protobufjs";
import { COMMON_PROTOS } from "./commonProtos.ts";

/** Google's definitions of messages and services, as its package for Cloud Tasks has them. */
export function loadProtos(): Root {
  const exported = createRequire(import.meta.url).resolve("@google-cloud/tasks/build/protos");
  const text = readFileSync(join(dirname(exported), "protos.json"), "utf8");
  // What Google generated for the very library that reads it.
  const root = protobuf.Root.fromJSON(JSON.parse(text) as INamespace);
  for (const [name, definitions] of Object.entries(COMMON_PROTOS)) root.define(name, definitions);
  root.resolveAll();
  return root;
}
