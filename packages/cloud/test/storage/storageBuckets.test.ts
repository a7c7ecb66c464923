import { createStorageBuckets } from "../../storage/storageBuckets.ts";
import { localApi, NOW, serviceOptions } from "../support/localApi.ts";

function start() {
  const options = serviceOptions();
  const storage = createStorageBuckets(options);
  return { ...options, ...storage, ...localApi(storage.methods) };
}

describe.each(["/storage/v1/b", "/v1/b"])("Cloud Storage at %s", (path) => {
  it("keeps a bucket", async () => {
    const { ok, exists } = start();

    await ok(`POST ${path}?project=demo`, { name: "payloads", location: "eu", labels: { a: "b" } });

    expect(await ok(`GET ${path}/payloads`)).toEqual({
      kind: "storage#bucket",
      id: "payloads",
      name: "payloads",
      location: "EU",
      locationType: "multi-region",
      labels: { a: "b" },
      storageClass: "STANDARD",
      projectNumber: "123456789012",
      selfLink: "https://www.googleapis.com/storage/v1/b/payloads",
      timeCreated: NOW,
      updated: NOW,
      metageneration: "1",
      etag: expect.any(String),
    });
    expect(exists("projects/demo/buckets/payloads")).toBe(true);
  });

  it("takes what the provider says of ACLs, which a bucket without objects has no use for", async () => {
    const { ok } = start();
    const acls = "predefinedAcl=private&predefinedDefaultObjectAcl=private";

    await ok(`POST ${path}?project=demo&${acls}&enableObjectRetention=true`, { name: "payloads" });

    expect((await ok(`PATCH ${path}/payloads?${acls}`, { labels: { a: "b" } })).labels).toEqual({
      a: "b",
    });
  });

  it("merges a change into a bucket: null takes a field away", async () => {
    const { ok } = start();
    await ok(`POST ${path}?project=demo`, { name: "payloads", labels: { a: "b", c: "d" } });

    await ok(`PATCH ${path}/payloads`, { labels: { a: null, e: "f" }, lifecycle: { rule: [] } });

    const bucket = await ok(`GET ${path}/payloads`);
    expect(bucket).toMatchObject({ lifecycle: { rule: [] }, metageneration: "2" });
    expect(bucket.labels).toEqual({ c: "d", e: "f" });
  });

  it("lists and deletes buckets", async () => {
    const { ok, deleted } = start();
    await ok(`POST ${path}?project=demo`, { name: "payloads" });

    const listed = await ok(`GET ${path}?project=demo`);
    await ok(`DELETE ${path}/payloads`);

    expect(listed.items).toEqual([expect.objectContaining({ name: "payloads" })]);
    expect(await ok(`GET ${path}?project=demo`)).toEqual({ kind: "storage#buckets" });
    expect(deleted).toEqual(["projects/demo/buckets/payloads"]);
  });

  it.each([
    [`POST ${path}?project=demo`, 400, "Bucket name 'A' is not valid"],
    [`POST ${path}`, 400, "Required parameter: project"],
    [`POST ${path}?project=other`, 403, "Permission denied on resource project other."],
    [`GET ${path}/none`, 404, "The specified bucket does not exist."],
    [`GET ${path}/none/o`, 404, "The local cloud keeps no 'o' of a bucket."],
  ])("refuses %s with %d", async (request, code, message) => {
    const { refusal } = start();

    expect(await refusal(request, { name: "A" })).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
