import type { Clock } from "../time/clock.ts";
import { pageByName } from "./pageToken.ts";
import { GoogleError } from "./googleError.ts";
import type { Call, Method } from "./method.ts";
import { NotEmulatedError } from "./notEmulated.ts";

/** The locations of an API. */
export interface Locations {
  /** The path of a project: `/v2/projects/{project}`. */
  readonly project: string;
  /** What its permissions begin with: `cloudtasks`. */
  readonly permissions: string;
  /** Where the project has resources. */
  readonly used: () => readonly string[];
  /** Throws PERMISSION_DENIED for another project than this cloud's. */
  readonly requireProject: (call: Call) => void;
  readonly clock: Clock;
}

/** The methods on locations: those that the project has resources in. Google's has all there are. */
export function locationMethods(locations: Locations): Method[] {
  const { project, permissions, requireProject, clock } = locations;
  const projectOf = ({ params }: Call): string => `projects/${params["project"] ?? ""}`;
  const nameOf = (call: Call): string =>
    `${projectOf(call)}/locations/${call.params["location"] ?? ""}`;
  const all = (call: Call) =>
    [...new Set(locations.used())].sort().map((locationId) => ({
      name: `${projectOf(call)}/locations/${locationId}`,
      locationId,
      labels: { "cloud.googleapis.com/region": locationId },
    }));

  return [
    {
      name: "ListLocations",
      service: SERVICE,
      http: `GET ${project}/locations`,
      permission: [`${permissions}.locations.list`, projectOf],
      query: ["extraLocationTypes", "filter", "pageSize", "pageToken"],
      handle(call) {
        requireProject(call);
        if (call.query.get("filter")) throw new NotEmulatedError("ListLocationsRequest.filter");
        const { page, next } = pageByName(call, all(call), clock.now(), { maxSize: MAX_PAGE_SIZE });
        return { locations: page, ...next };
      },
    },
    {
      name: "GetLocation",
      service: SERVICE,
      http: `GET ${project}/locations/{location}`,
      permission: [`${permissions}.locations.get`, nameOf],
      handle(call) {
        requireProject(call);
        const found = all(call).find(({ name }) => name === nameOf(call));
        if (found) return found;
        throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
      },
    },
  ];
}

const SERVICE = "google.cloud.location.Locations";
const MAX_PAGE_SIZE = 1000;
