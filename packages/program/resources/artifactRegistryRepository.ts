import {
  locationOf,
  outputsOf,
  partsOf,
  pick,
  text,
  without,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** `gcp:artifactregistry/repository:Repository` */
export const artifactRegistryRepository: ResourceType = {
  replaceOn: ["repositoryId", "location", "project", "format"],
  nameInput: "repositoryId",
  required: ["repositoryId", "format"],
  limits: {
    repositoryId: {
      pattern: /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      rule: "at most 63 lower-case letters, digits and '-', the first a letter",
    },
  },

  idOf: (inputs, context) =>
    `${locationOf(inputs, context)}/repositories/${text(inputs, "repositoryId")}`,

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const repositoryId = text(inputs, "repositoryId");
    const id = `${parent}/repositories/${repositoryId}`;
    await context.api.post(
      `/v1/${parent}/repositories?repository_id=${repositoryId}`,
      body(inputs),
    );
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v1/${id}`))) };
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v1/${id}`)),

  async update({ id }, inputs, { api }) {
    const mask = "description,labels,cleanupPolicies,cleanupPolicyDryRun";
    const repository = await api.patch(`/v1/${id}?updateMask=${mask}`, body(inputs));
    return outputsOf(inputs, live(id, repository));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

/** The repository in the API's words: its policies are a map by id, a list among Pulumi's properties. */
function body(inputs: Properties): object {
  const { cleanupPolicies, ...rest } = without(inputs, "repositoryId", "location", "project");
  if (cleanupPolicies === undefined) return rest;
  return {
    ...rest,
    cleanupPolicies: Object.fromEntries(
      (cleanupPolicies as readonly Properties[]).map(({ id, ...policy }) => [String(id), policy]),
    ),
  };
}

function live(id: string, repository: Properties): Live {
  const { project, location, name } = partsOf(id);
  const policies = Object.entries((repository["cleanupPolicies"] ?? {}) as Properties);
  return {
    settable: {
      repositoryId: name,
      location,
      project,
      ...pick(repository, "format", "description", "labels", "cleanupPolicyDryRun"),
      ...(policies.length > 0 && {
        cleanupPolicies: policies.map(([key, policy]) => ({ ...(policy as Properties), id: key })),
      }),
    },
    computed: { name, ...pick(repository, "createTime", "updateTime") },
  };
}
