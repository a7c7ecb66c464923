import { z } from "zod";
import { decode } from "../api/decoded.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { pageByName } from "../api/pageToken.ts";
import { decodeMessage, type MessageType } from "../api/protoJson.ts";
import { parseMask } from "../api/updateMask.ts";
import type { CustomRole, CustomRoles, RoleContent } from "./customRoles.ts";
import { SERVICE } from "./serviceAccountMethods.ts";

const ROLES_PATH = "/v1/projects/{project}/roles";
const ROLE_PATH = `${ROLES_PATH}/{role}`;

/** The IAM API's methods for the custom roles of the project. */
export function customRoleMethods(project: string, roles: CustomRoles): Method[] {
  const projectName = (): string => `projects/${project}`;
  const nameOf = ({ params }: Call): string => `projects/${project}/roles/${params["role"] ?? ""}`;
  const one = (
    name: string,
    http: string,
    permission: string,
    handle: (role: string, call: Call) => CustomRole,
    query: readonly string[] = [],
  ): Method => ({
    name,
    service: SERVICE,
    http,
    permission: [`iam.roles.${permission}`, projectName],
    query,
    handle: (call) => handle(nameOf(call), call),
  });

  return [
    {
      name: "CreateRole",
      service: SERVICE,
      http: `POST ${ROLES_PATH}`,
      permission: ["iam.roles.create", projectName],
      handle({ body }) {
        const { roleId = "", role = {} } = decode(CREATE, body);
        return roles.create(roleId, contentOf(role));
      },
    },
    {
      name: "ListRoles",
      service: SERVICE,
      http: `GET ${ROLES_PATH}`,
      permission: ["iam.roles.list", projectName],
      query: ["pageSize", "pageToken", "view", "showDeleted"],
      handle(call) {
        const isAll = call.query.get("showDeleted") === "true";
        const isFull = call.query.get("view") === "FULL";
        const all = roles.list().filter(({ deleted }) => isAll || !deleted);
        const { page, next } = pageByName(call, all, 0, PAGE_SIZES);
        const shown = page.map((role) => (isFull ? role : brief(role)));
        return { ...(shown.length > 0 && { roles: shown }), ...next };
      },
    },
    one("GetRole", `GET ${ROLE_PATH}`, "get", (name) => roles.get(name)),
    one(
      "UpdateRole",
      `PATCH ${ROLE_PATH}`,
      "update",
      (name, { body, query }) => {
        const content = contentOf(decodeMessage(ROLE, body));
        const mask = parseMask(query.get("updateMask"), ROLE);
        const given = Object.entries(content).filter(
          ([field]) => mask?.some(([first]) => first === field) ?? true,
        );
        return roles.change(name, Object.fromEntries(given));
      },
      ["updateMask"],
    ),
    one("DeleteRole", `DELETE ${ROLE_PATH}`, "delete", (name) => roles.delete(name), ["etag"]),
    one("UndeleteRole", `POST ${ROLE_PATH}:undelete`, "undelete", (name) => roles.undelete(name)),
  ];
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/list */
const PAGE_SIZES = { maxSize: 1000, defaultSize: 300 };

const ROLE = {
  name: "string",
  title: "string",
  description: "string",
  includedPermissions: { repeated: "string" },
  stage: "string",
  etag: "bytes",
  deleted: "bool",
} as const satisfies MessageType;
const CREATE = {
  parent: "string",
  roleId: "string",
  role: { message: ROLE },
} as const satisfies MessageType;

const contentSchema = z.object({
  title: z.string().max(100).optional(),
  description: z.string().max(256).optional(),
  includedPermissions: z.array(z.string()).optional(),
  stage: z.enum(["ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"]).optional(),
});

function contentOf(role: object): RoleContent {
  const { data, error } = contentSchema.safeParse(role);
  if (error) throw new GoogleError("INVALID_ARGUMENT", z.prettifyError(error));
  return data;
}

/** A role without what it allows. */
function brief(role: CustomRole): object {
  return Object.fromEntries(Object.entries(role).filter(([key]) => key !== "includedPermissions"));
}
