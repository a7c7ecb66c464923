import { CLOUD_RUN_TYPES, cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const workerInvokerIamEnabled: ResourceRule = {
  kind: "resource",
  name: "worker-invoker-iam-enabled",
  severity: "mandatory",
  description: "A Cloud Run service asks IAM who may call it.",
  types: CLOUD_RUN_TYPES,
  check(resource) {
    const { path, value } = cloudRunService(resource)?.invokerIamDisabled ?? {};
    // An annotation is text.
    if (value !== true && value !== "true") return [];
    return [
      `${titleOf(resource)} has '${String(path)}' 'true' and takes requests from anybody; remove it and grant ` +
        "'roles/run.invoker' to the account that calls the service.",
    ];
  },
};
