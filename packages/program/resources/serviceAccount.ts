import { ApiError, type Json } from "./api.ts";
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

/** `gcp:serviceaccount/account:Account` */
export const serviceAccount: ResourceType = {
  replaceOn: ["accountId", "project"],
  nameInput: "accountId",
  inventedName: "accountId",
  required: ["accountId"],
  clientOnly: ["createIgnoreAlreadyExists"],
  limits: {
    accountId: {
      pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      rule: "6 to 30 lower-case letters, digits and '-', the first a letter",
    },
  },

  idOf(inputs, context) {
    const { project } = partsOf(projectOf(inputs, context));
    const email = `${text(inputs, "accountId")}@${project}.iam.gserviceaccount.com`;
    return `${projectOf(inputs, context)}/serviceAccounts/${email}`;
  },

  async create(inputs, context) {
    const account = await createAccount(inputs, context);
    return { id: text(account, "name"), outputs: outputsOf(inputs, live(account)) };
  },

  read: async ({ id }, { api }) => live(await api.get(`/v1/${id}`)),

  async update({ id }, inputs, { api }) {
    const account = await api.patch(`/v1/${id}`, {
      serviceAccount: description(inputs),
      updateMask: "displayName,description",
    });
    return outputsOf(inputs, live(account));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

function description(inputs: Properties): object {
  return without(inputs, "accountId", "project", "disabled", "createIgnoreAlreadyExists");
}

async function createAccount(inputs: Properties, context: Context): Promise<Json> {
  try {
    return await context.api.post(`/v1/${projectOf(inputs, context)}/serviceAccounts`, {
      accountId: text(inputs, "accountId"),
      serviceAccount: description(inputs),
    });
  } catch (error) {
    const exists = error instanceof ApiError && error.status === 409;
    if (!exists || inputs["createIgnoreAlreadyExists"] !== true) throw error;
    return context.api.get(`/v1/${String(serviceAccount.idOf?.(inputs, context))}`);
  }
}

function live(account: Properties): Live {
  const email = text(account, "email");
  return {
    settable: {
      accountId: email.split("@")[0],
      project: partsOf(text(account, "name")).project,
      ...pick(account, "displayName", "description"),
    },
    computed: { email, ...pick(account, "name", "uniqueId"), member: `serviceAccount:${email}` },
  };
}
