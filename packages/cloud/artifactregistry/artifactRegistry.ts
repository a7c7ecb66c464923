import { randomUUID } from "node:crypto";
import { GoogleError } from "../api/googleError.ts";
import { keepNewest } from "../data/keepNewest.ts";
import type { Call, Method } from "../api/method.ts";
import type { Message, MessageType } from "../api/protoJson.ts";
import { checkId, storedMethods } from "../data/storedMethods.ts";
import {
  nameOf,
  StoredResources,
  timestamp,
  type ServiceOptions,
} from "../data/storedResources.ts";

/** Artifact Registry of one project: its repositories. What is pushed to them is not kept here. */
export interface ArtifactRegistry {
  readonly methods: Method[];
  /** Whether there is a repository of that full name. */
  readonly exists: (resource: string) => boolean;
}

export const SERVICE = "google.devtools.artifactregistry.v1.ArtifactRegistry";
const LOCATION = "/v1/projects/{project}/locations/{location}";
const REPOSITORIES = `${LOCATION}/repositories`;

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories */
const repositoryMessage: MessageType = {
  name: "string",
  format: "string",
  description: "string",
  labels: { map: "string" },
  createTime: "timestamp",
  updateTime: "timestamp",
  kmsKeyName: "string",
  mode: "string",
  cleanupPolicies: { map: "struct" },
  cleanupPolicyDryRun: "bool",
  dockerConfig: "struct",
  mavenConfig: "struct",
  remoteRepositoryConfig: "struct",
  virtualRepositoryConfig: "struct",
  vulnerabilityScanningConfig: "struct",
  sizeBytes: "int64",
  satisfiesPzs: "bool",
  satisfiesPzi: "bool",
  registryUri: "string",
};

const MAX_OPERATIONS = 1000;

export function createArtifactRegistry(options: ServiceOptions): ArtifactRegistry {
  const { project, clock } = options;
  const repositories = new StoredResources("repositories", options, {
    exists: () => "the repository already exists",
  });
  const operations = new Map<string, object>();

  /** Operations are answered when they have ended, so nobody needs to poll. */
  function operation(call: Call, resource: Message | undefined): object {
    const name = `${nameOf(call, LOCATION, options)}/operations/${randomUUID()}`;
    const response = resource
      ? { "@type": "type.googleapis.com/google.devtools.artifactregistry.v1.Repository" }
      : { "@type": "type.googleapis.com/google.protobuf.Empty" };
    const ended = { name, done: true, response: { ...response, ...resource } };
    operations.set(name, ended);
    keepNewest(operations, MAX_OPERATIONS);
    return ended;
  }

  return {
    exists: (resource) => repositories.has(resource),
    methods: [
      ...storedMethods(
        {
          service: SERVICE,
          noun: "Repository",
          plural: "Repositories",
          collection: REPOSITORIES,
          permissions: "artifactregistry.repositories",
          message: repositoryMessage,
          query: { create: ["repositoryId"], list: ["filter", "orderBy"] },
          newId: ({ query }) =>
            checkId(
              "Repository id",
              query.get("repositoryId") ?? "",
              /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
            ),
          complete({ name, fields, old }) {
            const [, , , location = "", , id = ""] = name.split("/");
            const { format = old?.["format"] } = fields;
            if (format === undefined || format === "FORMAT_UNSPECIFIED") {
              throw new GoogleError("INVALID_ARGUMENT", "A repository must have a 'format'.");
            }
            return {
              mode: "STANDARD_REPOSITORY",
              ...fields,
              format,
              name,
              createTime: old?.["createTime"] ?? timestamp(clock),
              updateTime: timestamp(clock),
              ...(format === "DOCKER" && {
                registryUri: `${location}-docker.pkg.dev/${project}/${id}`,
              }),
            };
          },
          answer: operation,
        },
        repositories,
        options,
      ),
      {
        name: "GetOperation",
        service: "google.longrunning.Operations",
        http: `GET ${LOCATION}/operations/{operation}`,
        handle(call) {
          const found = operations.get(nameOf(call, `${LOCATION}/operations/{operation}`, options));
          if (found) return found;
          throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
        },
      },
    ],
  };
}
