import { CLOUD_RUN_TYPES, cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, text } from "../values.ts";

export const imageByDigest: ResourceRule = {
  kind: "resource",
  name: "image-by-digest",
  severity: "mandatory",
  description: "A service's image is named by digest: what runs is what was looked at.",
  types: CLOUD_RUN_TYPES,
  check(resource) {
    return (cloudRunService(resource)?.containers ?? []).flatMap((container) => {
      const image = text(at(container, "image"));
      if (image === undefined || /@sha256:[0-9a-f]{64}$/.test(image)) return [];
      return [
        `${titleOf(resource)} has image '${image}', and a tag may name another one tomorrow; name it by digest, ` +
          "'…@sha256:…'.",
      ];
    });
  },
};
