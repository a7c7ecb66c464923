import type { PolicyKind } from "../api/policyKind.ts";

/** What knows which of the resources exist, by their full names. */
export interface PolicyHolders {
  /** The id of the only project there is. */
  readonly project: string;
  /**
   * Its number, by which Google's APIs know it too.
   *
   * @default - it is known by its id alone
   */
  readonly projectNumber?: string;
  readonly tasks: { readonly queueExists: (queue: string) => boolean };
  readonly secrets: { readonly exists: (secret: string) => boolean };
  readonly registry: { readonly exists: (repository: string) => boolean };
}

/** The kinds of resources that have an IAM policy, besides those that come with their service: services and accounts. */
export function policyKinds(holders: PolicyHolders): PolicyKind[] {
  const { project, projectNumber, tasks, secrets, registry } = holders;
  /** The project that a path names, by its id or its number. */
  const projectOf = ({ project: asked = "" }: Readonly<Record<string, string>>): string =>
    `projects/${asked === projectNumber ? project : asked}`;
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
      resource: (params) => `${projectOf(params)}/secrets/${params["secret"] ?? ""}`,
      exists: (name) => secrets.exists(name),
    },
    {
      service: "google.devtools.artifactregistry.v1.ArtifactRegistry",
      path: "/v1/projects/{project}/locations/{location}/repositories/{repository}",
      getVerb: "GET",
      permissions: "artifactregistry.repositories",
      resource: ({ location = "", repository = "", ...params }) =>
        `${projectOf(params)}/locations/${location}/repositories/${repository}`,
      exists: (name) => registry.exists(name),
    },
    // A policy on the project is in force for all that is in it.
    ...["v1", "v3"].map((version): PolicyKind => ({
      service: `google.cloud.resourcemanager.${version}.Projects`,
      path: `/${version}/projects/{project}`,
      getVerb: "POST",
      permissions: "resourcemanager.projects",
      resource: projectOf,
      exists: (name) => name === `projects/${project}`,
    })),
  ];
}
