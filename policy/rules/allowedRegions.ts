import { SERVICE, titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, quoted, text } from "../values.ts";

export const allowedRegions: StackRule<{ regions: readonly string[] }> = {
  kind: "stack",
  name: "allowed-regions",
  severity: "mandatory",
  description:
    "Everything that has a place is in the stack's one region, that of its worker, or in regions where the " +
    "team's data may be.",
  settings: {
    regions: { description: "The regions. Without any, that of the worker.", default: [] },
  },
  check(resources, { regions }) {
    const allowed = regions.length > 0 ? regions : placesOf(resources.find(isWorker));
    if (allowed.length === 0) return [];
    return resources
      .filter(({ type }) => type.startsWith("gcp:"))
      .flatMap((resource) =>
        PLACES.flatMap((key) => {
          const place = text(at(resource.properties, key));
          if (place === undefined || allowed.includes(place.toLowerCase())) return [];
          return [
            {
              resource,
              message:
                `${titleOf(resource)} has '${key}' '${place}'; allowed are ${quoted(allowed)}. Put it there, or ` +
                "set the rule's 'regions'.",
            },
          ];
        }),
      );
  },
};

const PLACES = ["location", "region"];

function isWorker({ type }: Resource): boolean {
  return type === SERVICE;
}

/** None where it is not known yet. */
function placesOf(worker: Resource | undefined): readonly string[] {
  return PLACES.flatMap((key) => text(at(worker?.properties, key))?.toLowerCase() ?? []);
}
