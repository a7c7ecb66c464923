import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";

export const noServiceAccountKey: ResourceRule = {
  kind: "resource",
  name: "no-service-account-key",
  severity: "mandatory",
  description: "No service account has a key, which is valid for years wherever it gets to.",
  types: ["gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey"],
  check(resource) {
    return [
      `${titleOf(resource)} is a key of a service account; remove it. What runs on Google Cloud needs none, and ` +
        "CI logs in with Workload Identity Federation.",
    ];
  },
};
