import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import type { Message } from "../api/protoJson.ts";
import { checkId, textOf } from "../data/storedMethods.ts";
import {
  etagOf,
  nameOf,
  StoredResources,
  timestamp,
  type ServiceOptions,
} from "../data/storedResources.ts";

/** Cloud Storage of one project: its buckets. They hold no objects. */
export interface StorageBuckets {
  readonly methods: Method[];
  /** Whether there is a bucket: `projects/P/buckets/B`. */
  readonly exists: (resource: string) => boolean;
}

export const SERVICE = "google.storage.v2.Storage";

export function createStorageBuckets(options: ServiceOptions): StorageBuckets {
  const buckets = new StoredResources("buckets", options, {
    missing: () => "The specified bucket does not exist.",
    exists: () =>
      "Your previous request to create the named bucket succeeded and you already own it.",
  });
  return {
    exists: (resource) => buckets.has(resource),
    // Google's client library for Go asks for /b beneath the endpoint's own path.
    methods: ["/storage/v1/b", "/v1/b"].flatMap((path) => bucketMethods(path, buckets, options)),
  };
}

function bucketMethods(path: string, buckets: StoredResources, options: ServiceOptions): Method[] {
  // A policy on the project reaches its buckets, so they go by names beneath it.
  const parent = `projects/${options.project}`;
  const resourceOf = ({ params }: Call): string => `${parent}/buckets/${params["bucket"] ?? ""}`;
  const onBucket = (verb: string): NonNullable<Method["permission"]> => [
    `storage.buckets.${verb}`,
    resourceOf,
  ];
  const bucket = `${path}/{bucket}`;

  return [
    {
      name: "CreateBucket",
      service: SERVICE,
      http: `POST ${path}`,
      permission: ["storage.buckets.create", () => parent],
      query: ["project", "projection", "enableObjectRetention", ...ACLS],
      handle(call) {
        requireProject(call, options);
        const fields = mergePatch({}, call.body);
        const id = checkId(
          "Bucket name",
          textOf(fields, "name"),
          /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
        );
        return buckets.add(`${parent}/buckets/${id}`, complete(id, fields, undefined, options));
      },
    },
    {
      name: "ListBuckets",
      service: SERVICE,
      http: `GET ${path}`,
      permission: ["storage.buckets.list", () => parent],
      query: ["project", "projection"],
      handle(call) {
        requireProject(call, options);
        const items = buckets.in(`${parent}/buckets`).map(([, item]) => item);
        return { kind: "storage#buckets", ...(items.length > 0 && { items }) };
      },
    },
    {
      name: "GetBucket",
      service: SERVICE,
      http: `GET ${bucket}`,
      permission: onBucket("get"),
      query: ["projection"],
      handle: (call) => buckets.get(resourceOf(call)),
    },
    {
      name: "UpdateBucket",
      service: SERVICE,
      http: `PATCH ${bucket}`,
      permission: onBucket("update"),
      query: ["projection", ...ACLS],
      handle(call) {
        const name = resourceOf(call);
        const old = buckets.get(name);
        const fields = mergePatch(old, call.body);
        const id = call.params["bucket"] ?? "";
        return buckets.replace(name, complete(id, fields, old, options));
      },
    },
    {
      name: "DeleteBucket",
      service: SERVICE,
      http: `DELETE ${bucket}`,
      permission: onBucket("delete"),
      handle(call) {
        buckets.remove(resourceOf(call));
        return {};
      },
    },
    // The provider looks at both before it deletes a bucket; neither is there.
    ...LISTS.map(([name, collection]): Method => ({
      name,
      service: SERVICE,
      http: `GET ${bucket}/${collection}`,
      permission: onBucket("get"),
      query: ["versions", "prefix", "delimiter", "maxResults", "pageToken", "projection"],
      handle() {
        throw new GoogleError("NOT_FOUND", `The local cloud keeps no '${collection}' of a bucket.`);
      },
    })),
  ];
}

/** The provider sends them with its defaults. A bucket that holds nothing has no use for them. */
const ACLS = ["predefinedAcl", "predefinedDefaultObjectAcl"];

const LISTS = [
  ["ListObjects", "o"],
  ["ListAnywhereCaches", "anywhereCaches"],
  ["ListAnywhereCaches", "anywhereCaches/"],
] as const;

function requireProject({ query }: Call, options: ServiceOptions): void {
  const project = query.get("project");
  if (project === null) throw new GoogleError("INVALID_ARGUMENT", "Required parameter: project");
  nameOf({ params: { project } }, "{project}", options);
}

/** A bucket as the API shows it: what was asked for, and what only the service sets. */
function complete(
  id: string,
  fields: Message,
  old: Message | undefined,
  { clock, projectNumber }: ServiceOptions,
): Message {
  const now = timestamp(clock);
  const location = (textOf(fields, "location") || "US").toUpperCase();
  const bucket = {
    storageClass: "STANDARD",
    ...fields,
    kind: "storage#bucket",
    id,
    name: id,
    location,
    // EU, US and ASIA are several regions; EUR4 and the like are two.
    locationType: location.includes("-")
      ? "region"
      : /\d/.test(location)
        ? "dual-region"
        : "multi-region",
    projectNumber,
    selfLink: `https://www.googleapis.com/storage/v1/b/${id}`,
    timeCreated: old?.["timeCreated"] ?? now,
    updated: now,
    metageneration: String(Number(old?.["metageneration"] ?? 0) + 1),
  };
  return { ...bucket, etag: etagOf(bucket) };
}

/** `old` with what `patch` says: `null` takes a field away. RFC 7396 */
function mergePatch(old: Message, patch: Json | undefined): Message {
  if (patch === undefined) return old;
  if (!isObject(patch)) throw new GoogleError("INVALID_ARGUMENT", "A bucket must be an object.");
  const merged: Message = { ...old };
  for (const [name, value] of Object.entries(patch)) {
    const before = merged[name];
    if (value === null) Reflect.deleteProperty(merged, name);
    else merged[name] = isObject(value) ? mergePatch(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, Json | undefined> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
