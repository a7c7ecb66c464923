import { GoogleError } from "../googleError.ts";
import type { Method } from "../method.ts";
import { projectName, type ApiVersion } from "./apiVersion.ts";
import { locationName } from "./resourceNames.ts";
import { requireProject, type Service } from "./service.ts";

const SERVICE = "google.cloud.location.Locations";

/** The methods on locations: the local cloud's own region, and those that the project has queues in. */
export function locationMethods(service: Service, version: ApiVersion): Method[] {
  const { project, region, queues } = service;
  const ids = (): string[] => {
    const used = [...queues.values()].map(({ name }) => name.split("/")[3] ?? region);
    return [...new Set([region, ...used])].sort();
  };
  const render = (locationId: string): object => ({
    name: `projects/${project}/locations/${locationId}`,
    locationId,
    labels: { "cloud.googleapis.com/region": locationId },
  });

  return [
    {
      name: "ListLocations",
      service: SERVICE,
      http: `GET ${version.project}/locations`,
      permission: ["cloudtasks.locations.list", projectName],
      handle(call) {
        requireProject(call, project);
        return { locations: ids().map(render) };
      },
    },
    {
      name: "GetLocation",
      service: SERVICE,
      http: `GET ${version.location}`,
      permission: ["cloudtasks.locations.get", locationName],
      handle(call) {
        requireProject(call, project);
        const id = call.params["location"] ?? "";
        if (ids().includes(id)) return render(id);
        throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
      },
    },
  ];
}
