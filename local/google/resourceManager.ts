import type { Method } from "./method.ts";
import { nameOf, timestamp, type ServiceOptions } from "./storedResources.ts";

/** Resource Manager, which knows one project. */
export interface ResourceManager {
  readonly methods: Method[];
  /** Whether a resource such as `projects/P` is that project. */
  readonly exists: (resource: string) => boolean;
}

export const SERVICE = "google.cloud.resourcemanager.v1.Projects";
const PROJECT = "/v1/projects/{project}";

export function createResourceManager(options: ServiceOptions): ResourceManager {
  const { project, projectNumber, clock } = options;
  const answer = {
    projectNumber,
    projectId: project,
    lifecycleState: "ACTIVE",
    name: project,
    createTime: timestamp(clock),
  };
  return {
    exists: (resource) => resource === `projects/${project}`,
    methods: [
      {
        name: "GetProject",
        service: SERVICE,
        http: `GET ${PROJECT}`,
        permission: ["resourcemanager.projects.get", (call) => nameOf(call, PROJECT, options)],
        handle(call) {
          // Another project is refused.
          nameOf(call, PROJECT, options);
          return answer;
        },
      },
    ],
  };
}
