import { decode } from "../api/decoded.ts";
import { pageOf, tokenAfter } from "../api/pageToken.ts";
import { crc32c } from "./crc32c.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { renderVersion, type SecretVersion, type SecretVersions } from "./secretVersions.ts";
import { checkEtag } from "../data/storedMethods.ts";
import { nameOf, type ServiceOptions, type StoredResources } from "../data/storedResources.ts";

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
    query: readonly string[] = [],
  ): Method => ({
    name,
    service: SERVICE,
    http,
    permission: [`secretmanager.versions.${permission}`, secretOf],
    query,
    handle(call) {
      const secret = secretOf(call);
      secrets.get(secret);
      return handle(call, secret);
    },
  });

  return [
    method("AddSecretVersion", `POST ${SECRET}:addVersion`, "add", ({ body }, secret) =>
      addVersion(versions, secret, body),
    ),
    method(
      "ListSecretVersions",
      `GET ${SECRET}/versions`,
      "list",
      (call, secret) => listVersions(call, versions.of(secret), options.clock.now()),
      ["filter", "pageSize", "pageToken"],
    ),
    method("GetSecretVersion", `GET ${VERSION}`, "get", (call) => renderVersion(versionOf(call))),
    method("AccessSecretVersion", `GET ${VERSION}:access`, "access", (call, secret) => {
      const version = call.params["version"] ?? "";
      const { name, payload } = versions.access(secret, version, aliasesOf(secret));
      return { name, payload };
    }),
    ...STATES.map(({ name, verb, state }) =>
      method(name, `POST ${VERSION}:${verb}`, verb, (call, secret) => {
        const version = versionOf(call);
        const { etag } = decode({ name: "string", etag: "string" }, call.body);
        checkEtag(version, etag, "FAILED_PRECONDITION");
        return renderVersion(versions.setState(secret, version, state));
      }),
    ),
  ];
}

const STATES = [
  { name: "EnableSecretVersion", verb: "enable", state: "ENABLED" },
  { name: "DisableSecretVersion", verb: "disable", state: "DISABLED" },
  { name: "DestroySecretVersion", verb: "destroy", state: "DESTROYED" },
] as const;

const MAX_PAYLOAD_BYTES = 65_536; // https://cloud.google.com/secret-manager/quotas

const addMessage = {
  parent: "string",
  payload: { message: { data: "bytes", dataCrc32c: "int64" } },
} as const;

function addVersion(versions: SecretVersions, secret: string, body: Json | undefined): object {
  const { payload = {} } = decode(addMessage, body);
  const bytes = Buffer.from(payload.data ?? "", "base64");
  if (bytes.length === 0 || bytes.length > MAX_PAYLOAD_BYTES) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `The payload of a secret version is ${bytes.length} bytes; it must be 1 to ${MAX_PAYLOAD_BYTES}.`,
    );
  }
  const dataCrc32c = String(crc32c(bytes));
  const { dataCrc32c: given } = payload;
  if (given !== undefined && BigInt(given) !== BigInt(dataCrc32c)) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `The payload's data does not match its 'dataCrc32c' ${given}: the CRC-32C of what arrived is ${dataCrc32c}.`,
    );
  }
  const kept = { data: bytes.toString("base64"), dataCrc32c };
  return renderVersion(versions.add(secret, kept, given !== undefined));
}

/** The newest first, as the API lists them. */
function listVersions(call: Call, all: readonly SecretVersion[], now: number): object {
  if (call.query.get("filter")) throw new NotEmulatedError("ListSecretVersionsRequest.filter");
  const { size, after } = pageOf(call, MAX_PAGE_SIZE, now);
  const newestFirst = [...all].reverse();
  const start = newestFirst.findIndex(({ name }) => name === after) + 1;
  const page = newestFirst.slice(start, start + size);
  const last = page.at(-1)?.name;
  return {
    ...(page.length > 0 && { versions: page.map(renderVersion) }),
    totalSize: all.length,
    ...(last !== undefined &&
      start + size < all.length && { nextPageToken: tokenAfter(last, now, call) }),
  };
}

const MAX_PAGE_SIZE = 25_000;
