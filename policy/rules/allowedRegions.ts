import { SERVICE, titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, quoted, text, texts } from "../values.ts";

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
        texts(resource.properties).flatMap(({ path, value }) => {
          const region = regionIn(path, value);
          if (region === undefined || allowed.includes(region)) return [];
          return [
            {
              resource,
              message:
                `${titleOf(resource)} has '${path.join(".")}' '${value}'; allowed are ${quoted(allowed)}. Put it ` +
                "there, or set the rule's 'regions'.",
            },
          ];
        }),
      );
  },
};

const PLACES = ["location", "region"];

/** The region that a text says, in small letters, if it is in a place where regions and zones are said. */
function regionIn(path: readonly string[], value: string): string | undefined {
  // A list's index is no name.
  const key = path.findLast((part) => !/^\d+$/.test(part));
  // Some say it by an address, which ends in it.
  const place = value.split("/").at(-1)?.toLowerCase();
  if (/^(?:locations?|regions?)$/.test(key ?? "")) return place;
  return /^zones?$/.test(key ?? "") ? place?.replace(/-[a-z]$/, "") : undefined;
}

function isWorker({ type }: Resource): boolean {
  return type === SERVICE;
}

/** None where it is not known yet. */
function placesOf(worker: Resource | undefined): readonly string[] {
  return PLACES.flatMap((key) => text(at(worker?.properties, key))?.toLowerCase() ?? []);
}
