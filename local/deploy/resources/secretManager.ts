import { projectOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

/** `gcp:secretmanager/secret:Secret` */
export const secret: ResourceType = {
  replaceOn: ["secretId", "project", "replication"],
  nameInput: "secretId",

  async create(inputs, context) {
    const secretId = text(inputs, "secretId");
    const { name, createTime } = await context.api.post(
      `/v1/${projectOf(inputs, context)}/secrets?secretId=${secretId}`,
      body(inputs),
    );
    return { id: String(name), outputs: { ...inputs, name, createTime } };
  },

  async update({ id, outputs }, inputs, { api }) {
    await api.patch(`/v1/${id}?updateMask=labels,annotations`, body(inputs));
    return { ...outputs, ...inputs };
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

/** The secret in the API's words, which says `automatic` where the provider says `auto`. */
function body(inputs: Properties): object {
  const { replication, ...rest } = without(inputs, "secretId", "project", "deletionProtection");
  const { auto, ...other } = replication as { auto?: object };
  return { ...rest, replication: auto === undefined ? other : { automatic: auto } };
}

/** `gcp:secretmanager/secretVersion:SecretVersion` */
export const secretVersion: ResourceType = {
  replaceOn: ["secret", "secretData"],
  // Versions stand side by side.
  nameInput: "",

  async create(inputs, { api }) {
    const data = Buffer.from(text(inputs, "secretData")).toString("base64");
    const { name, createTime } = await api.post(`/v1/${text(inputs, "secret")}:addVersion`, {
      payload: { data },
    });
    const version = String(name).split("/").at(-1);
    return { id: String(name), outputs: { ...inputs, name, version, createTime, enabled: true } };
  },

  async update({ id, outputs }, inputs, { api }) {
    await api.post(`/v1/${id}:${inputs["enabled"] === false ? "disable" : "enable"}`);
    return { ...outputs, ...inputs };
  },

  async delete({ id }, { api }) {
    await api.post(`/v1/${id}:destroy`);
  },
};
