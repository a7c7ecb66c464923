import type { Method } from "../api/method.ts";
import { etagOf, nameOf, timestamp, type ServiceOptions } from "../data/storedResources.ts";

/** Resource Manager, which knows one project. */
export interface ResourceManager {
  readonly methods: Method[];
  /** Whether a resource such as `projects/P` is that project. */
  readonly exists: (resource: string) => boolean;
}

export const SERVICE = "google.cloud.resourcemanager.v1.Projects";

export function createResourceManager(options: ServiceOptions): ResourceManager {
  const { project, projectNumber, clock } = options;
  const createTime = timestamp(clock);
  const get = (version: string, service: string, answer: object): Method => {
    const path = `/${version}/projects/{project}`;
    return {
      name: "GetProject",
      service,
      http: `GET ${path}`,
      permission: ["resourcemanager.projects.get", (call) => nameOf(call, path, options)],
      handle(call) {
        // Another project is refused.
        nameOf(call, path, options);
        return answer;
      },
    };
  };
  const inV3 = {
    name: `projects/${projectNumber}`,
    projectId: project,
    state: "ACTIVE",
    displayName: project,
    createTime,
    updateTime: createTime,
  };
  return {
    exists: (resource) => resource === `projects/${project}`,
    methods: [
      get("v1", SERVICE, {
        projectNumber,
        projectId: project,
        lifecycleState: "ACTIVE",
        name: project,
        createTime,
      }),
      get("v3", SERVICE.replace(".v1.", ".v3."), { ...inV3, etag: etagOf(inV3) }),
    ],
  };
}
