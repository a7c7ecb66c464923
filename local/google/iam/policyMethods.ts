import { z } from "zod";
import type { Authority } from "../authority.ts";
import { GoogleError } from "../googleError.ts";
import type { Call, Json, Method } from "../method.ts";
import { decodeMessage } from "../protoJson.ts";
import type { PolicyStore } from "./policyStore.ts";

/** A kind of resource that has IAM policies. */
export interface PolicyKind {
  /** The service that holds it: `google.cloud.run.v2.Services`. */
  readonly service: string;
  /** Its path: `/v2/projects/{project}/locations/{location}/services/{service}`. */
  readonly path: string;
  /** The verb of its getIamPolicy. Google is not of one mind about it. */
  readonly getVerb: "GET" | "POST";
  /** What its permissions begin with: `run.services`. */
  readonly permissions: string;
  /** The full name of the resource, from the variables of its path. */
  readonly resource: (params: Readonly<Record<string, string>>) => string;
  readonly exists: (resource: string) => boolean;
  /**
   * What is said of one that does not exist.
   *
   * @default - `Requested entity was not found.`
   */
  readonly missing?: (resource: string) => string;
  /**
   * Of a missing resource, testIamPermissions answers the empty set instead of NOT_FOUND, as Cloud
   * Tasks does.
   *
   * @default false
   */
  readonly testsMissing?: boolean;
}

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
      handle: (call) => policies.get(existing(call)),
    },
    {
      name: "SetIamPolicy",
      service,
      http: `POST ${path}:setIamPolicy`,
      permission: [`${permissions}.setIamPolicy`, resourceOf],
      handle: (call) => policies.set(existing(call), policyOf(call.body)),
    },
    {
      name: "TestIamPermissions",
      service,
      http: `POST ${path}:testIamPermissions`,
      handle(call) {
        const resource = kind.testsMissing === true ? resourceOf(call) : existing(call);
        if (!kind.exists(resource)) return {};
        const { permissions: asked } = testSchema.parse(
          decodeMessage({ permissions: { repeated: "string" } }, call.body),
        );
        const held = asked.filter((one) => authority.allows(call.member, one, resource));
        return held.length > 0 ? { permissions: held } : {};
      },
    },
  ];
}

const testSchema = z.object({ permissions: z.array(z.string()).default([]) });

/** The policy of a request: what is in it is the store's to read. */
function policyOf(body: Json | undefined): Json | undefined {
  decodeMessage({ policy: "struct", updateMask: "string" }, body);
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? body["policy"]
    : undefined;
}
