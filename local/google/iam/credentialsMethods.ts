import { z } from "zod";
import type { Authority } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Call, Method } from "../method.ts";
import { decodeMessage } from "../protoJson.ts";
import { ACCESS_TOKEN_GOOD_FOR_MS } from "./accessTokens.ts";
import { ACCOUNT_PATH, accountResource } from "./serviceAccountMethods.ts";
import type { ServiceAccounts } from "./serviceAccounts.ts";

const SERVICE = "google.iam.credentials.v1.IAMCredentials";

/**
 * The IAM Credentials API: tokens of a service account, for who may have them. It is how an operator
 * calls a service as one of its accounts.
 */
export function credentialsMethods(
  project: string,
  accounts: ServiceAccounts,
  authority: Authority,
  clock: Clock,
): Method[] {
  const resource = (call: Call): string => accountResource(project, accounts, call.params);
  return [
    {
      name: "GenerateAccessToken",
      service: SERVICE,
      http: `POST ${ACCOUNT_PATH}:generateAccessToken`,
      permission: ["iam.serviceAccounts.getAccessToken", resource],
      handle: ({ params }) => ({
        accessToken: authority.accessToken(params["account"] ?? ""),
        expireTime: new Date(clock.now() + ACCESS_TOKEN_GOOD_FOR_MS).toISOString(),
      }),
    },
    {
      name: "GenerateIdToken",
      service: SERVICE,
      http: `POST ${ACCOUNT_PATH}:generateIdToken`,
      permission: ["iam.serviceAccounts.getOpenIdToken", resource],
      async handle({ params, body }) {
        const { audience } = z
          .object({ audience: z.string().default("") })
          .parse(decodeMessage({ audience: "string", includeEmail: "bool" }, body));
        return { token: await authority.idToken(params["account"] ?? "", audience) };
      },
    },
  ];
}
