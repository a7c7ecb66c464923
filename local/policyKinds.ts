import type { ArtifactRegistry } from "./google/artifactRegistry.ts";
import type { CloudTasks } from "./google/cloudtasks/cloudTasks.ts";
import type { PolicyKind } from "./google/iam/policyMethods.ts";
import type { SecretManager } from "./google/secretManager.ts";

/** What knows which of the resources exist. */
export interface PolicyHolders {
  /** The id of the only project there is. */
  readonly project: string;
  readonly tasks: Pick<CloudTasks, "queueExists">;
  readonly secrets: Pick<SecretManager, "exists">;
  readonly registry: Pick<ArtifactRegistry, "exists">;
}

/** The kinds of resources that have an IAM policy, besides those that come with their service: services and accounts. */
export function policyKinds({ project, tasks, secrets, registry }: PolicyHolders): PolicyKind[] {
  return [
    ...["v2", "v2beta3"].map((version): PolicyKind => ({
      service: `google.cloud.tasks.${version}.CloudTasks`,
      path: `/${version}/projects/{project}/locations/{location}/queues/{queue}`,
      getVerb: "POST",
      permissions: "cloudtasks.queues",
      resource: ({ project: of = "", location = "", queue = "" }) =>
        `projects/${of}/locations/${location}/queues/${queue}`,
      exists: (name) => tasks.queueExists(name),
      missing: () =>
        "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
      testsMissing: true,
    })),
    {
      service: "google.cloud.secretmanager.v1.SecretManagerService",
      path: "/v1/projects/{project}/secrets/{secret}",
      getVerb: "GET",
      permissions: "secretmanager.secrets",
      resource: ({ project: of = "", secret = "" }) => `projects/${of}/secrets/${secret}`,
      exists: (name) => secrets.exists(name),
    },
    {
      service: "google.devtools.artifactregistry.v1.ArtifactRegistry",
      path: "/v1/projects/{project}/locations/{location}/repositories/{repository}",
      getVerb: "GET",
      permissions: "artifactregistry.repositories",
      resource: ({ project: of = "", location = "", repository = "" }) =>
        `projects/${of}/locations/${location}/repositories/${repository}`,
      exists: (name) => registry.exists(name),
    },
    {
      service: "google.cloudresourcemanager.v1.Projects",
      path: "/v1/projects/{project}",
      getVerb: "POST",
      permissions: "resourcemanager.projects",
      resource: ({ project: of = "" }) => `projects/${of}`,
      exists: (name) => name === `projects/${project}`,
    },
  ];
}
