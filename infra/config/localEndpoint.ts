import { readEndpoint } from "../../tasks/contract/endpoint.ts";

/** The provider's setting of where the Cloud Tasks API is. */
const TASKS_API = "gcp:cloudTasksCustomEndpoint";

/**
 * The address of the Cloud Tasks API where it is a local cloud's, given the whole configuration: what producers
 * need there. `undefined` for a stack of Google's.
 */
export function localEndpoint(config: Readonly<Record<string, string>>): string | undefined {
  const given = config[TASKS_API] ?? "";
  // The provider's ends with the version, which the client adds itself.
  const endpoint = URL.canParse(given) ? readEndpoint(new URL(given).origin) : undefined;
  return endpoint?.isLocal === true ? endpoint.url : undefined;
}
