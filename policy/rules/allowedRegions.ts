import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, quoted, text } from "../values.ts";

export const allowedRegions: ResourceRule<{ regions: readonly string[] }> = {
  kind: "resource",
  name: "allowed-regions",
  severity: "mandatory",
  description: "Everything that has a place is in a region where the team's data may be.",
  settings: {
    regions: { description: "The regions.", default: ["europe-west1"] },
  },
  check({ type, name, properties, options }, { regions }) {
    if (!type.startsWith("gcp:")) return [];
    return ["location", "region"].flatMap((key) => {
      const place = text(at(properties, key));
      if (place === undefined || regions.includes(place.toLowerCase())) return [];
      return [
        `${titleOf({ type, name, properties, options })} has '${key}' '${place}'; allowed are ` +
          `${quoted(regions)}. Set 'gcp:region' to one of these, or add it to the rule's setting 'regions'.`,
      ];
    });
  },
};
