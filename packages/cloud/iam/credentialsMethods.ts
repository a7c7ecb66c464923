import { ACCESS_TOKEN_GOOD_FOR_MS, type Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import { decode } from "../api/decoded.ts";
import { durationToMs } from "../api/protoTime.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
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
      handle({ params, body }) {
        const { scope = [], lifetime = "3600s" } = decode(accessTokenMessage, body);
        if (scope.length === 0) throw invalid("The request must have a 'scope'.");
        const lifetimeMs = durationToMs(lifetime);
        if (lifetimeMs <= 0 || lifetimeMs > MAX_LIFETIME_MS) {
          throw invalid(`The 'lifetime' ${lifetime} must be more than 0s and at most 3600s.`);
        }
        const goodForMs = Math.min(lifetimeMs, ACCESS_TOKEN_GOOD_FOR_MS);
        return {
          accessToken: authority.accessToken(params["account"] ?? ""),
          expireTime: new Date(clock.now() + goodForMs).toISOString(),
        };
      },
    },
    {
      name: "GenerateIdToken",
      service: SERVICE,
      http: `POST ${ACCOUNT_PATH}:generateIdToken`,
      permission: ["iam.serviceAccounts.getOpenIdToken", resource],
      async handle({ params, body }) {
        const { audience = "" } = decode(idTokenMessage, body);
        return { token: await authority.idToken(params["account"] ?? "", audience) };
      },
    },
  ];
}

const MAX_LIFETIME_MS = 3_600_000;

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
const accessTokenMessage = {
  name: "string",
  delegates: { repeated: "string" },
  scope: { repeated: "string" },
  lifetime: "duration",
} as const;

const idTokenMessage = {
  name: "string",
  delegates: { repeated: "string" },
  audience: "string",
  includeEmail: "bool",
  organizationNumberIncluded: "bool",
} as const;

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
