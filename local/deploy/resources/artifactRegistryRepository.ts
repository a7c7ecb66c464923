import { locationOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

/** `gcp:artifactregistry/repository:Repository` */
export const artifactRegistryRepository: ResourceType = {
  replaceOn: ["repositoryId", "location", "project", "format"],
  nameInput: "repositoryId",

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const repositoryId = text(inputs, "repositoryId");
    const id = `${parent}/repositories/${repositoryId}`;
    await context.api.post(
      `/v1/${parent}/repositories?repository_id=${repositoryId}`,
      body(inputs),
    );
    return { id, outputs: { ...inputs, ...own(await context.api.get(`/v1/${id}`)) } };
  },

  async update({ id }, inputs, { api }) {
    const mask = "description,labels,cleanupPolicies,cleanupPolicyDryRun";
    return { ...inputs, ...own(await api.patch(`/v1/${id}?updateMask=${mask}`, body(inputs))) };
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

function own({ name, createTime, updateTime }: Properties): Properties {
  return { name: String(name).split("/").at(-1), createTime, updateTime };
}
