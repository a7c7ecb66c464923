import { badRequest, camelCase } from "./protoJson.ts";

/**
 * What a method takes of a request's query, by names in camel case. Throws INVALID_ARGUMENT, with every
 * problem, for a parameter that neither the method has nor every method.
 */
export function bindQuery(given: URLSearchParams, names: readonly string[] = []): URLSearchParams {
  if (given.size === 0) return given;
  const bound = new URLSearchParams();
  const unknown = new Set<string>();
  for (const [key, value] of given) {
    const name = camelCase(key);
    if (names.includes(name)) bound.append(name, value);
    else if (!SYSTEM_PARAMETERS.has(name.replace(/^\$\.?/, ""))) unknown.add(key);
  }
  if (unknown.size === 0) return bound;
  throw badRequest(
    [...unknown].map((key) => ({
      description: `Invalid JSON payload received. Unknown name "${key}": Cannot bind query parameter. Field '${key}' could not be found in request message.`,
    })),
  );
}

/** A parameter that is true or false, and false where it is not given. Throws INVALID_ARGUMENT for anything else. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? "";
  if (value === "true") return true;
  if (value === "" || value === "false") return false;
  const field = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw badRequest([
    { field, description: `Invalid value at '${field}' (TYPE_BOOL), ${JSON.stringify(value)}` },
  ]);
}

/** What every method takes, with a `$` before it or without. https://cloud.google.com/apis/docs/system-parameters */
const SYSTEM_PARAMETERS: ReadonlySet<string> = new Set([
  "accessToken",
  "alt",
  "callback",
  "fields",
  "key",
  "oauthToken",
  "prettyPrint",
  "quotaUser",
  "uploadProtocol",
  "uploadType",
  "userIp",
  "userProject",
  "xgafv",
]);
