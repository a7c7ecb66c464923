import type { Authority } from "../api/authority.ts";
import { decode } from "../api/decoded.ts";
import { parseMask } from "../api/updateMask.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import type { PolicyKind } from "../api/policyKind.ts";
import type { Policy, PolicyStore } from "./policyStore.ts";
import { SERVICE as ACCOUNTS } from "./serviceAccountMethods.ts";

/** `getIamPolicy`, `setIamPolicy` and `testIamPermissions` of a kind of resource. */
export function policyMethods(
  kind: PolicyKind,
  { policies, authority }: { readonly policies: PolicyStore; readonly authority: Authority },
): Method[] {
  const { service, path, permissions } = kind;
  const resourceOf = (call: Call): string => kind.resource(call.params);
  const existing = (call: Call): string => {
    const resource = resourceOf(call);
    if (kind.exists(resource)) return resource;
    throw new GoogleError(
      "NOT_FOUND",
      kind.missing?.(resource) ?? "Requested entity was not found.",
    );
  };

  return [
    {
      name: "GetIamPolicy",
      service,
      http: `${kind.getVerb} ${path}:getIamPolicy`,
      permission: [`${permissions}.getIamPolicy`, resourceOf],
      query: hasOptionsInQuery(kind) ? [VERSION_OPTION] : [],
      handle(call) {
        checkVersion(call, kind);
        return policies.get(existing(call));
      },
    },
    {
      name: "SetIamPolicy",
      service,
      http: `POST ${path}:setIamPolicy`,
      permission: [`${permissions}.setIamPolicy`, resourceOf],
      handle(call) {
        const resource = existing(call);
        return policies.set(resource, policyOf(call.body, policies.get(resource)));
      },
    },
    {
      name: "TestIamPermissions",
      service,
      http: `POST ${path}:testIamPermissions`,
      handle(call) {
        const resource = kind.testsMissing === true ? resourceOf(call) : existing(call);
        if (!kind.exists(resource)) return {};
        const { permissions: asked = [] } = decode(
          { resource: "string", permissions: { repeated: "string" } },
          call.body,
        );
        const held = asked.filter((one) => authority.allows(call.member, one, resource));
        return held.length > 0 ? { permissions: held } : {};
      },
    },
  ];
}

const VERSION_OPTION = "options.requestedPolicyVersion";

/** IAM's own method is a POST without a body; what else is a POST has its options there. */
function hasOptionsInQuery({ getVerb, service }: PolicyKind): boolean {
  return getVerb === "GET" || service === ACCOUNTS;
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/GetPolicyOptions */
function checkVersion({ query, body }: Call, kind: PolicyKind): void {
  const { options } = decode(
    { resource: "string", options: { message: { requestedPolicyVersion: "int32" } } },
    hasOptionsInQuery(kind)
      ? { options: { requestedPolicyVersion: query.get(VERSION_OPTION) } }
      : body,
  );
  const version = options?.requestedPolicyVersion ?? 0;
  if ([0, 1, 3].includes(version)) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The requested policy version ${version} is not valid; it must be 0, 1 or 3.`,
  );
}

/** The policy of a request: what is in it is the store's to read. Bindings stay that the mask does not name. */
function policyOf(body: Json | undefined, current: Policy): Json | undefined {
  const { updateMask = "bindings,etag" } = decode(
    { resource: "string", policy: "struct", updateMask: "string" },
    body,
  );
  const policy = isObject(body) ? body["policy"] : undefined;
  const mask = parseMask(updateMask, POLICY_FIELDS);
  if (!isObject(policy) || (mask?.some(([field]) => field === "bindings") ?? true)) return policy;
  const bindings = (current.bindings ?? []).map(({ role, members, condition }) => ({
    role,
    members: [...members],
    ...(condition && { condition: { ...condition } }),
  }));
  return { ...policy, bindings };
}

function isObject(json: Json | undefined): json is Record<string, Json | undefined> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

const POLICY_FIELDS = {
  version: "int32",
  bindings: { repeated: "struct" },
  auditConfigs: { repeated: "struct" },
  etag: "bytes",
} as const;
