import type { Authority } from "../api/authority.ts";
import { GoogleError } from "../api/googleError.ts";
import type { ServiceSettings } from "./serviceSettings.ts";

type Env = NonNullable<ServiceSettings["template"]["containers"][number]["env"]>;

export interface SecretAccess {
  readonly project: string;
  readonly authority: Authority;
  /** The value of a version of `projects/P/secrets/S`, or a `GoogleError`. */
  readonly secretValue: (secret: string, version: string) => string;
}

/**
 * The environment that a template gives its container, secrets resolved as the revision's own account.
 * Throws PERMISSION_DENIED, as Google words it, for one that the account may not read.
 */
export function templateEnvironment(
  env: Env,
  account: string,
  access: SecretAccess,
): Record<string, string> {
  return Object.fromEntries(
    env.map(({ name, value, valueSource }, i) => {
      const reference = valueSource?.secretKeyRef;
      if (!reference) return [name, value ?? ""];
      const place = `template.containers[0].env[${i}].value_source.secret_key_ref`;
      return [name, secretOf(reference, account, access, place)];
    }),
  );
}

function secretOf(
  { secret, version }: { secret: string; version: string },
  account: string,
  { project, authority, secretValue }: SecretAccess,
  place: string,
): string {
  const name = secret.includes("/") ? secret : `projects/${project}/secrets/${secret}`;
  try {
    authority.require(`serviceAccount:${account}`, ACCESS, name);
    return secretValue(name, version);
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    throw new GoogleError(error.code, `${place}: ${reasonFor(error, name, version, account)}`);
  }
}

function reasonFor(error: GoogleError, name: string, version: string, account: string): string {
  if (error.code === "PERMISSION_DENIED") {
    return `Permission '${ACCESS}' denied on secret: ${name}/versions/${version} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`;
  }
  if (error.code === "NOT_FOUND") return `Secret ${name}/versions/${version} was not found.`;
  return error.message;
}

const ACCESS = "secretmanager.versions.access";
