import type { Method } from "../api/method.ts";
import { SecretVersions } from "./secretVersions.ts";
import { SECRETS, secretVersionMethods, SERVICE } from "./secretVersionMethods.ts";
import { GoogleError } from "../api/googleError.ts";
import type { MessageType } from "../api/protoJson.ts";
import { checkId, storedMethods } from "../data/storedMethods.ts";
import { StoredResources, timestamp, type ServiceOptions } from "../data/storedResources.ts";

/** Secret Manager of one project. */
export interface SecretManager {
  readonly methods: Method[];
  /** Whether there is a secret of that full name: `projects/P/secrets/S`. */
  readonly exists: (resource: string) => boolean;
  /** The value of a version (a number, `latest` or an alias) of a secret, or a `GoogleError`. */
  readonly secretValue: (secret: string, version: string) => string;
}

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets */
const secretMessage: MessageType = {
  name: "string",
  replication: "struct",
  createTime: "timestamp",
  labels: { map: "string" },
  topics: { repeated: "struct" },
  expireTime: "timestamp",
  ttl: "duration",
  etag: "string",
  rotation: "struct",
  versionAliases: { map: "int64" },
  annotations: { map: "string" },
  versionDestroyTtl: "duration",
  customerManagedEncryption: "struct",
  tags: { map: "string" },
};

export function createSecretManager(options: ServiceOptions): SecretManager {
  const { clock, onDelete } = options;
  const versions = new SecretVersions(clock, options.store);
  const secrets = new StoredResources(
    "secrets",
    {
      ...options,
      onDelete(secret) {
        versions.removeAll(secret);
        onDelete?.(secret);
      },
    },
    {
      missing: (name) => `Secret [${name}] not found.`,
      exists: (name) => `Secret [${name}] already exists.`,
    },
  );
  const aliasesOf = (secret: string): Readonly<Record<string, unknown>> => ({
    ...(secrets.get(secret)["versionAliases"] ?? {}),
  });

  return {
    exists: (resource) => secrets.has(resource),
    secretValue(secret, version) {
      const { payload } = versions.access(secret, version, aliasesOf(secret));
      return Buffer.from(payload.data, "base64").toString();
    },
    methods: [
      ...storedMethods(
        {
          service: SERVICE,
          noun: "Secret",
          plural: "Secrets",
          collection: SECRETS,
          permissions: "secretmanager.secrets",
          message: secretMessage,
          query: { create: ["secretId"], list: ["filter"], delete: ["etag"] },
          // https://cloud.google.com/secret-manager/docs/etags
          etagCode: "FAILED_PRECONDITION",
          newId: ({ query }) =>
            checkId("Secret id", query.get("secretId") ?? "", /^[A-Za-z0-9_-]{1,255}$/),
          complete({ name, fields, old }) {
            const { replication = old?.["replication"] } = fields;
            if (replication === undefined) {
              throw new GoogleError("INVALID_ARGUMENT", "A secret must have a 'replication'.");
            }
            const createTime = old?.["createTime"] ?? timestamp(clock);
            // Another one at each change, even where nothing changes.
            return { ...fields, replication, name, createTime, etag: versions.nextEtag() };
          },
        },
        secrets,
        options,
      ),
      ...secretVersionMethods(secrets, versions, aliasesOf, options),
    ],
  };
}
