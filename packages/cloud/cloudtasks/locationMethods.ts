import { locationMethods as methodsOf } from "../api/locations.ts";
import type { Method } from "../api/method.ts";
import type { ApiVersion } from "./apiVersion.ts";
import { requireProject, type Service } from "./service.ts";

/** The methods on locations: the local cloud's own region, and those that the project has queues in. */
export function locationMethods(service: Service, version: ApiVersion): Method[] {
  const { project, region, queues, clock } = service;
  return methodsOf({
    project: version.project,
    permissions: "cloudtasks",
    used: () => [region, ...[...queues.values()].map(({ name }) => name.split("/")[3] ?? region)],
    requireProject: (call) => {
      requireProject(call, project);
    },
    clock,
  });
}
