import {
  outputsOf,
  partsOf,
  pick,
  projectOf,
  text,
  without,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** What an update may change, each one a path of the update mask. */
const UPDATABLE = ["description", "filter", "disabled"];

/** `gcp:logging/projectExclusion:ProjectExclusion` */
export const loggingExclusion: ResourceType = {
  replaceOn: ["name", "project"],
  nameInput: "name",
  autoName: 100,
  inventedName: "name",
  required: ["filter"],
  limits: {
    name: {
      pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
      rule: "at most 100 letters, digits and '_', '-', '.', the first a letter or a digit",
    },
  },

  idOf: (inputs, context) => `${projectOf(inputs, context)}/exclusions/${text(inputs, "name")}`,

  async create(inputs, context) {
    const parent = projectOf(inputs, context);
    await context.api.post(`/v2/${parent}/exclusions`, without(inputs, "project"));
    const id = `${parent}/exclusions/${text(inputs, "name")}`;
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v2/${id}`))) };
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v2/${id}`)),

  async update({ id }, inputs, { api }) {
    const body = pick(inputs, ...UPDATABLE);
    const exclusion = await api.patch(`/v2/${id}?updateMask=${UPDATABLE.join()}`, body);
    return outputsOf(inputs, live(id, exclusion));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v2/${id}`);
  },
};

function live(id: string, exclusion: Properties): Live {
  const { project, name } = partsOf(id);
  return { settable: { project, name, ...pick(exclusion, ...UPDATABLE) }, computed: {} };
}
