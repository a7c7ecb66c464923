import { z } from "zod";
import { pageByName } from "../api/pageToken.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import { decodeMessage, type Message, type MessageType } from "../api/protoJson.ts";
import type { ServiceAccount, ServiceAccounts } from "./serviceAccounts.ts";

/** Called when an account is deleted. */
type OnDelete = (account: ServiceAccount) => void;

export const SERVICE = "google.iam.admin.v1.IAM";
export const ACCOUNT_PATH = "/v1/projects/{project}/serviceAccounts/{account}";

/** The IAM API's methods for service accounts. `projects/-` stands for the account's own project. */
export function serviceAccountMethods(
  project: string,
  accounts: ServiceAccounts,
  onDelete: OnDelete,
): Method[] {
  const projectName = (): string => `projects/${project}`;
  const resource = (call: Call): string => accountResource(project, accounts, call.params);
  const one = (
    name: string,
    http: string,
    permission: string,
    handle: (account: ServiceAccount, call: Call) => object,
  ): Method => ({
    name,
    service: SERVICE,
    http,
    permission: [`iam.serviceAccounts.${permission}`, resource],
    handle: (call) => handle(accounts.get(call.params["account"] ?? ""), call),
  });

  return [
    {
      name: "CreateServiceAccount",
      service: SERVICE,
      http: "POST /v1/projects/{project}/serviceAccounts",
      permission: ["iam.serviceAccounts.create", projectName],
      handle({ body }) {
        const { accountId, serviceAccount } = read(createSchema, decodeMessage(CREATE, body));
        return accounts.create(accountId, serviceAccount);
      },
    },
    {
      name: "ListServiceAccounts",
      service: SERVICE,
      http: "GET /v1/projects/{project}/serviceAccounts",
      permission: ["iam.serviceAccounts.list", projectName],
      query: ["pageSize", "pageToken"],
      handle(call) {
        const all = accounts.list().sort((a, b) => (a.name < b.name ? -1 : 1));
        // Tokens of this list are good for ever.
        const { page, next } = pageByName(call, all, 0, PAGE_SIZES);
        return { accounts: page, ...next };
      },
    },
    one("GetServiceAccount", `GET ${ACCOUNT_PATH}`, "get", (account) => account),
    one("PatchServiceAccount", `PATCH ${ACCOUNT_PATH}`, "update", (account, { body }) =>
      accounts.change(account, masked(body)),
    ),
    one("UpdateServiceAccount", `PUT ${ACCOUNT_PATH}`, "update", (account, { body }) => {
      const { displayName = "" } = read(descriptionSchema, decodeMessage(SERVICE_ACCOUNT, body));
      return accounts.change(account, { displayName });
    }),
    one("DeleteServiceAccount", `DELETE ${ACCOUNT_PATH}`, "delete", (account) => {
      accounts.delete(account);
      onDelete(account);
      return {};
    }),
    one("EnableServiceAccount", `POST ${ACCOUNT_PATH}:enable`, "enable", (account) => {
      accounts.change(account, { disabled: false });
      return {};
    }),
    one("DisableServiceAccount", `POST ${ACCOUNT_PATH}:disable`, "disable", (account) => {
      accounts.change(account, { disabled: true });
      return {};
    }),
  ];
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
const PAGE_SIZES = { maxSize: 100, defaultSize: 20 };

/** The full name of the account that a path names, by its e-mail address or its id. */
export function accountResource(
  project: string,
  accounts: ServiceAccounts,
  params: Readonly<Record<string, string>>,
): string {
  const named = params["account"] ?? "";
  return `projects/${project}/serviceAccounts/${accounts.find(named)?.email ?? named}`;
}

const SERVICE_ACCOUNT: MessageType = {
  name: "string",
  projectId: "string",
  uniqueId: "string",
  email: "string",
  displayName: "string",
  description: "string",
  oauth2ClientId: "string",
  etag: "bytes",
  disabled: "bool",
};
const CREATE: MessageType = {
  name: "string",
  accountId: "string",
  serviceAccount: { message: SERVICE_ACCOUNT },
};
const PATCH: MessageType = { serviceAccount: { message: SERVICE_ACCOUNT }, updateMask: "string" };

const descriptionSchema = z.object({
  displayName: z.string().max(100).optional(),
  description: z.string().max(256).optional(),
});
const createSchema = z.object({
  accountId: z.string().default(""),
  serviceAccount: descriptionSchema.default({}),
});
const patchSchema = z.object({
  serviceAccount: descriptionSchema.default({}),
  updateMask: z.string().default("displayName,description"),
});

/** The fields that a patch changes: those its mask names, absent ones emptied. */
function masked(body: Json | undefined): z.output<typeof descriptionSchema> {
  const { serviceAccount, updateMask } = read(patchSchema, decodeMessage(PATCH, body));
  const fields = updateMask.split(",").map((field) => field.replace("display_name", "displayName"));
  return {
    ...(fields.includes("displayName") && { displayName: serviceAccount.displayName ?? "" }),
    ...(fields.includes("description") && { description: serviceAccount.description ?? "" }),
  };
}

/** Throws INVALID_ARGUMENT for what is longer than Google takes. */
function read<Schema extends z.ZodType>(schema: Schema, message: Message): z.output<Schema> {
  const { data, error } = schema.safeParse(message);
  if (error) throw new GoogleError("INVALID_ARGUMENT", z.prettifyError(error));
  return data;
}
