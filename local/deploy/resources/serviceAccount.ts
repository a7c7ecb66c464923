import { projectOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

/** `gcp:serviceaccount/account:Account` */
export const serviceAccount: ResourceType = {
  replaceOn: ["accountId", "project"],
  nameInput: "accountId",

  async create(inputs, context) {
    const account = await context.api.post(`/v1/${projectOf(inputs, context)}/serviceAccounts`, {
      accountId: text(inputs, "accountId"),
      serviceAccount: description(inputs),
    });
    return { id: text(account, "name"), outputs: { ...inputs, ...own(account) } };
  },

  async update({ id }, inputs, { api }) {
    const account = await api.patch(`/v1/${id}`, {
      serviceAccount: description(inputs),
      updateMask: "displayName,description",
    });
    return { ...inputs, ...own(account) };
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

function description(inputs: Properties): object {
  return without(inputs, "accountId", "project", "disabled", "createIgnoreAlreadyExists");
}

function own(account: Properties): Properties {
  const email = text(account, "email");
  return {
    email,
    name: account["name"],
    uniqueId: account["uniqueId"],
    member: `serviceAccount:${email}`,
  };
}
