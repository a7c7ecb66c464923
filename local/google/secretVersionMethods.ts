import { pageOf, tokenAfter } from "./cloudtasks/pageToken.ts";
import { GoogleError } from "./googleError.ts";
import type { Call, Json, Method } from "./method.ts";
import { decodeMessage } from "./protoJson.ts";
import { renderVersion, type SecretVersion, type SecretVersions } from "./secretVersions.ts";
import { nameOf, type ServiceOptions, type StoredResources } from "./storedResources.ts";

export const SERVICE = "google.cloud.secretmanager.v1.SecretManagerService";
export const SECRETS = "/v1/projects/{project}/secrets";
const SECRET = `${SECRETS}/{secret}`;
const VERSION = `${SECRET}/versions/{version}`;

/** The methods on versions. All of them are granted on the secret. */
export function secretVersionMethods(
  secrets: StoredResources,
  versions: SecretVersions,
  aliasesOf: (secret: string) => Readonly<Record<string, unknown>>,
  options: ServiceOptions,
): Method[] {
  const secretOf = (call: Call): string => nameOf(call, SECRET, options);
  const versionOf = (call: Call): SecretVersion => {
    const secret = secretOf(call);
    return versions.get(secret, call.params["version"] ?? "", aliasesOf(secret));
  };
  const method = (
    name: string,
    http: string,
    permission: string,
    handle: (call: Call, secret: string) => object,
  ): Method => ({
    name,
    service: SERVICE,
    http,
    permission: [`secretmanager.versions.${permission}`, secretOf],
    handle(call) {
      const secret = secretOf(call);
      secrets.get(secret);
      return handle(call, secret);
    },
  });

  return [
    method("AddSecretVersion", `POST ${SECRET}:addVersion`, "add", ({ body }, secret) =>
      renderVersion(versions.add(secret, readPayload(body))),
    ),
    method("ListSecretVersions", `GET ${SECRET}/versions`, "list", (call, secret) =>
      listVersions(call, versions.of(secret), options.clock.now()),
    ),
    method("GetSecretVersion", `GET ${VERSION}`, "get", (call) => renderVersion(versionOf(call))),
    method("AccessSecretVersion", `GET ${VERSION}:access`, "access", (call, secret) => {
      const version = call.params["version"] ?? "";
      const { name, data } = versions.access(secret, version, aliasesOf(secret));
      return { name, payload: { data } };
    }),
    ...STATES.map(({ name, verb, state }) =>
      method(name, `POST ${VERSION}:${verb}`, verb, (call, secret) =>
        renderVersion(versions.setState(secret, versionOf(call), state)),
      ),
    ),
  ];
}

const STATES = [
  { name: "EnableSecretVersion", verb: "enable", state: "ENABLED" },
  { name: "DisableSecretVersion", verb: "disable", state: "DISABLED" },
  { name: "DestroySecretVersion", verb: "destroy", state: "DESTROYED" },
] as const;

const MAX_PAYLOAD_BYTES = 65_536; // https://cloud.google.com/secret-manager/quotas

function readPayload(body: Json | undefined): string {
  const payload = { data: "bytes", dataCrc32c: "int64" } as const;
  const { payload: read = {} } = decodeMessage({ payload: { message: payload } }, body) as {
    payload?: { data?: string };
  };
  const { data = "" } = read;
  const size = Buffer.byteLength(data, "base64");
  if (size > 0 && size <= MAX_PAYLOAD_BYTES) return data;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The payload of a secret version is ${size} bytes; it must be 1 to ${MAX_PAYLOAD_BYTES}.`,
  );
}

/** The newest first, as the API lists them. */
function listVersions(call: Call, all: readonly SecretVersion[], now: number): object {
  const { size, after } = pageOf(call, MAX_PAGE_SIZE, now);
  const newestFirst = [...all].reverse();
  const start = newestFirst.findIndex(({ name }) => name === after) + 1;
  const page = newestFirst.slice(start, start + size);
  const last = page.at(-1)?.name;
  return {
    ...(page.length > 0 && { versions: page.map(renderVersion) }),
    totalSize: all.length,
    ...(last !== undefined &&
      start + size < all.length && { nextPageToken: tokenAfter(last, now) }),
  };
}

const MAX_PAGE_SIZE = 25_000;
