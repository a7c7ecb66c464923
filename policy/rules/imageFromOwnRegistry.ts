import { CLOUD_RUN_TYPES, cloudRunService } from "../cloudRun.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, text } from "../values.ts";

export const imageFromOwnRegistry: ResourceRule<{ registries: readonly string[] }> = {
  kind: "resource",
  name: "image-from-own-registry",
  severity: "mandatory",
  description: "A service's image comes from Artifact Registry in its own project.",
  settings: {
    registries: {
      description: "Other registries that images may come from: what their names begin with.",
      default: [],
    },
  },
  types: CLOUD_RUN_TYPES,
  check(resource, { registries }) {
    const project = text(at(resource.properties, "project"));
    return (cloudRunService(resource)?.containers ?? []).flatMap((container) => {
      const image = text(at(container, "image"));
      if (image === undefined || isOwn(image, project)) return [];
      if (registries.some((registry) => image.startsWith(registry))) return [];
      return [
        `${titleOf(resource)} has image '${image}'; copy it to Artifact Registry in project ` +
          `'${project ?? "of the service"}', or add its registry to the rule's setting 'registries'.`,
      ];
    });
  },
};

/** Where the project is not known, that of the image may be any. */
function isOwn(image: string, project: string | undefined): boolean {
  const [, found] = /^[a-z0-9-]+-docker\.pkg\.dev\/([^/]+)\//.exec(image) ?? [];
  return found !== undefined && (project === undefined || found === project);
}
