import { ApiError, type Json } from "./api.ts";
import {
  outputsOf,
  pick,
  projectOf,
  text,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** `gcp:projects/iAMCustomRole:IAMCustomRole` */
export const customRole: ResourceType = {
  replaceOn: ["roleId", "project"],
  nameInput: "roleId",
  required: ["roleId", "title", "permissions"],
  defaults: { stage: "GA" },
  limits: {
    roleId: { pattern: /^[A-Za-z0-9_.]{3,64}$/, rule: "3 to 64 letters, digits, '_' and '.'" },
  },

  idOf: (inputs, context) => `${projectOf(inputs, context)}/roles/${text(inputs, "roleId")}`,

  async create(inputs, context) {
    const { api } = context;
    const id = `${projectOf(inputs, context)}/roles/${text(inputs, "roleId")}`;
    const found = await api.get(`/v1/${id}`).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    if (found && found["deleted"] !== true) {
      throw new Error(`Custom project role ${id} already exists and must be imported`);
    }
    // One that was deleted lately is had back, as the provider does (google-cloud.md 11.3).
    if (found) await api.post(`/v1/${id}:undelete`, {});
    const role = found
      ? await api.patch(`/v1/${id}`, body(inputs))
      : await api.post(`/v1/${projectOf(inputs, context)}/roles`, {
          roleId: text(inputs, "roleId"),
          role: body(inputs),
        });
    return { id, outputs: outputsOf(inputs, live(role)) };
  },

  async read({ id }, { api }) {
    const role = await api.get(`/v1/${id}`);
    return role["deleted"] === true ? undefined : live(role);
  },

  async update({ id }, inputs, { api }) {
    return outputsOf(inputs, live(await api.patch(`/v1/${id}`, body(inputs))));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

function body(inputs: Properties): object {
  return {
    ...pick(inputs, "title", "description", "stage"),
    includedPermissions: inputs["permissions"],
  };
}

function live(role: Json): Live {
  const name = text(role, "name");
  const [, project, , roleId] = name.split("/");
  return {
    settable: {
      roleId,
      project,
      ...pick(role, "title", "description", "stage"),
      permissions: role["includedPermissions"] ?? [],
    },
    computed: { name, deleted: role["deleted"] === true },
  };
}
