import {
  outputsOf,
  partsOf,
  pick,
  projectOf,
  text,
  without,
  type Context,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** `gcp:secretmanager/secret:Secret` */
export const secret: ResourceType = {
  replaceOn: ["secretId", "project", "replication"],
  nameInput: "secretId",
  inventedName: "secretId",
  required: ["secretId", "replication"],
  clientOnly: ["deletionProtection"],
  limits: {
    secretId: { pattern: /^[\w-]{1,255}$/, rule: "at most 255 letters, digits, '-' and '_'" },
  },

  idOf: (inputs, context) => `${projectOf(inputs, context)}/secrets/${text(inputs, "secretId")}`,

  async create(inputs, context) {
    const secretId = text(inputs, "secretId");
    const parent = projectOf(inputs, context);
    const made = await context.api.post(`/v1/${parent}/secrets?secretId=${secretId}`, body(inputs));
    const id = `${parent}/secrets/${secretId}`;
    return { id, outputs: outputsOf(inputs, liveSecret(id, made)) };
  },

  read: async ({ id }, { api }) => liveSecret(id, await api.get(`/v1/${id}`)),

  async update({ id }, inputs, { api }) {
    const mask = "labels,annotations";
    const changed = await api.patch(`/v1/${id}?updateMask=${mask}`, body(inputs));
    return outputsOf(inputs, liveSecret(id, changed));
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

function liveSecret(id: string, made: Properties): Live {
  const { project, name: secretId } = partsOf(id);
  const { automatic, ...other } = made["replication"] as Properties;
  return {
    settable: {
      secretId,
      project,
      replication: automatic === undefined ? other : { auto: automatic },
      ...pick(made, "labels", "annotations"),
    },
    computed: pick(made, "name", "createTime"),
  };
}

/** `gcp:secretmanager/secretVersion:SecretVersion` */
export const secretVersion: ResourceType = {
  replaceOn: ["secret", "secretData"],
  // Versions stand side by side.
  nameInput: "",
  required: ["secret", "secretData"],
  defaults: { enabled: true },

  async create(inputs, { api }) {
    const data = Buffer.from(text(inputs, "secretData")).toString("base64");
    const { name, createTime } = await api.post(`/v1/${text(inputs, "secret")}:addVersion`, {
      payload: { data },
    });
    const version = String(name).split("/").at(-1);
    return { id: String(name), outputs: { ...inputs, name, version, createTime, enabled: true } };
  },

  async read({ id }, context) {
    const { state, name, createTime } = await context.api.get(`/v1/${id}`);
    if (state === "DESTROYED") return undefined;
    const enabled = state === "ENABLED";
    return {
      settable: {
        secret: id.replace(/\/versions\/[^/]*$/, ""),
        enabled,
        ...(enabled && { secretData: await secretData(id, context) }),
      },
      computed: { name, version: String(name).split("/").at(-1), createTime },
    };
  },

  async update({ id, outputs }, inputs, { api }) {
    await api.post(`/v1/${id}:${inputs["enabled"] === false ? "disable" : "enable"}`);
    return { ...outputs, ...inputs };
  },

  async delete({ id }, { api }) {
    await api.post(`/v1/${id}:destroy`);
  },
};

async function secretData(id: string, { api }: Context): Promise<string> {
  const { payload } = await api.get(`/v1/${id}:access`);
  return Buffer.from(text(payload as Properties, "data"), "base64").toString();
}
