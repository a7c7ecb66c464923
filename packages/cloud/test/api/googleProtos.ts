import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import protobuf, { type INamespace } from "protobufjs";
import { loadProtos } from "../../grpc/protos.ts";

const require = createRequire(__filename);

/** The definition of a message: of Cloud Tasks, Cloud Scheduler, Cloud Monitoring or IAM's policies. */
export function googleType(name: string): protobuf.Type {
  const root = ROOTS.find((one) => one.lookup(name) !== null);
  if (!root) throw new Error(`No package here defines '${name}'.`);
  return root.lookupType(name);
}

/** What the common part of Google's client libraries defines: Cloud Monitoring, and policies. */
export const commonProtos = readCommon();

const ROOTS = [loadProtos(), readScheduler(), commonProtos];

function readScheduler(): protobuf.Root {
  const folder = dirname(require.resolve("@google-cloud/scheduler"));
  const text = readFileSync(join(folder, "../protos/protos.json"), "utf8");
  const root = protobuf.Root.fromJSON(JSON.parse(text) as INamespace);
  root.resolveAll();
  return root;
}

function readCommon(): protobuf.Root {
  const folder = join(dirname(require.resolve("google-gax")), "../protos");
  const root = new protobuf.Root();
  root.resolvePath = (_from, target) => join(folder, target);
  const files = [
    "google/api/metric.proto",
    "google/iam/v1/policy.proto",
    "google/monitoring/v3/alert.proto",
    "google/monitoring/v3/metric_service.proto",
    "google/monitoring/v3/notification.proto",
  ];
  root.loadSync(files, { keepCase: false });
  root.resolveAll();
  return root;
}
