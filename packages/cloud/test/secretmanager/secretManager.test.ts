import { createSecretManager } from "../../secretmanager/secretManager.ts";
import { authorityRefusing, localApi, NOW, serviceOptions } from "../support/localApi.ts";

const SECRET = "projects/demo/secrets/smtp";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function start(refused: readonly string[] = []) {
  const options = serviceOptions();
  const secrets = createSecretManager(options);
  const api = localApi(secrets.methods, { authority: authorityRefusing(refused) });
  await api.ok("POST /v1/projects/demo/secrets?secretId=smtp", {
    labels: { a: "b" },
    replication: { automatic: {} },
  });
  const add = (text: string) =>
    api.ok(`POST /v1/${SECRET}:addVersion`, { payload: { data: base64(text) } });
  return { ...options, ...secrets, ...api, add };
}

describe("Secret Manager", () => {
  it("keeps a secret", async () => {
    const { ok, exists } = await start();

    expect(await ok(`GET /v1/${SECRET}`)).toEqual({
      name: SECRET,
      labels: { a: "b" },
      replication: { automatic: {} },
      createTime: NOW,
      etag: expect.stringMatching(/^"[0-9a-f]{14}"$/),
    });
    expect([exists(SECRET), exists("projects/demo/secrets/other")]).toEqual([true, false]);
  });

  it("knows a project by its number too, and no other project", async () => {
    const { ok, refusal } = await start();

    expect(await ok("GET /v1/projects/123456789012/secrets/smtp")).toMatchObject({ name: SECRET });
    expect(await refusal("GET /v1/projects/other/secrets/smtp")).toEqual({
      code: 403,
      message: "Permission denied on resource project other.",
      status: "PERMISSION_DENIED",
    });
  });

  it.each([
    ["POST /v1/projects/demo/secrets?secretId=smtp", 409, `Secret [${SECRET}] already exists.`],
    ["GET /v1/projects/demo/secrets/none", 404, "Secret [projects/demo/secrets/none] not found."],
    [
      "DELETE /v1/projects/demo/secrets/none",
      404,
      "Secret [projects/demo/secrets/none] not found.",
    ],
    [
      "POST /v1/projects/demo/secrets?secretId=a%2Fb",
      400,
      "Secret id 'a/b' is not valid; it must match ^[A-Za-z0-9_-]{1,255}$.",
    ],
    [`GET /v1/${SECRET}/versions/1`, 404, `Secret Version [${SECRET}/versions/1] not found.`],
    [
      `GET /v1/${SECRET}/versions/latest:access`,
      404,
      `Secret Version [${SECRET}/versions/latest] not found.`,
    ],
  ])("refuses %s with %d", async (request, code, message) => {
    const { refusal } = await start();
    const body = request.startsWith("POST") ? { replication: { automatic: {} } } : undefined;

    expect(await refusal(request, body)).toMatchObject({ code, message });
  });

  it("changes the fields that the mask names, and no others", async () => {
    const { ok } = await start();

    await ok(`PATCH /v1/${SECRET}?updateMask=annotations`, { labels: {}, annotations: { x: "y" } });

    expect(await ok(`GET /v1/${SECRET}`)).toMatchObject({
      labels: { a: "b" },
      annotations: { x: "y" },
      replication: { automatic: {} },
      createTime: NOW,
    });
  });

  // https://cloud.google.com/secret-manager/docs/etags
  it("refuses a change that is based on an older state, whatever its mask names", async () => {
    const { ok, refusal } = await start();
    const { etag } = await ok(`GET /v1/${SECRET}`);
    const path = `PATCH /v1/${SECRET}?updateMask=labels`;
    // Another etag, where nothing is changed too.
    await ok(path, { labels: { a: "b" }, etag });
    const conflict = {
      code: 400,
      message: `The resource was changed meanwhile: its etag is not '${etag}' any more.`,
      status: "FAILED_PRECONDITION",
    };

    expect(await refusal(path, { labels: { a: "d" }, etag })).toEqual(conflict);
    expect(await refusal(`DELETE /v1/${SECRET}?etag=${encodeURIComponent(etag)}`)).toEqual(
      conflict,
    );

    const { etag: current } = await ok(`GET /v1/${SECRET}`);
    await ok(`DELETE /v1/${SECRET}?etag=${encodeURIComponent(current)}`);
  });

  it.each(["disable", "enable", "destroy"])(
    "refuses to %s a version that was changed meanwhile",
    async (verb) => {
      const { add, ok, refusal } = await start();
      const { etag } = await add("value");
      const { etag: secretEtag } = await ok(`GET /v1/${SECRET}`);
      await ok(`POST /v1/${SECRET}/versions/1:enable`, { etag });

      expect(await refusal(`POST /v1/${SECRET}/versions/1:${verb}`, { etag })).toMatchObject({
        status: "FAILED_PRECONDITION",
      });
      const { etag: current } = await ok(`GET /v1/${SECRET}/versions/1`);
      await ok(`POST /v1/${SECRET}/versions/1:${verb}`, { etag: current });
      // The secret is another resource.
      expect(await ok(`GET /v1/${SECRET}`)).toMatchObject({ etag: secretEtag });
    },
  );

  // https://cloud.google.com/secret-manager/docs/data-integrity
  it("gives the checksum of a value with it, and says whether the caller had one", async () => {
    const { add, ok } = await start();
    const payload = { data: base64("123456789"), dataCrc32c: "3808858755" };

    const own = await ok(`POST /v1/${SECRET}:addVersion`, { payload });
    const made = await add("123456789");

    expect(own).toMatchObject({ clientSpecifiedPayloadChecksum: true });
    expect(made).not.toHaveProperty("clientSpecifiedPayloadChecksum");
    for (const version of ["1", "2"]) {
      expect(await ok(`GET /v1/${SECRET}/versions/${version}:access`)).toMatchObject({ payload });
    }
  });

  it("refuses a value that does not match its checksum, and keeps nothing of it", async () => {
    const { ok, refusal } = await start();
    const payload = { data: base64("12345678"), dataCrc32c: 3808858755 };

    expect(await refusal(`POST /v1/${SECRET}:addVersion`, { payload })).toMatchObject({
      status: "INVALID_ARGUMENT",
      message:
        "The payload's data does not match its 'dataCrc32c' 3808858755: the CRC-32C of what arrived is 1619493018.",
    });
    expect(await ok(`GET /v1/${SECRET}/versions`)).toEqual({ totalSize: 0 });
  });

  it("says that it does not filter", async () => {
    const { refusal, record } = await start();
    const notEmulated = record("notEmulated");

    expect(await refusal("GET /v1/projects/demo/secrets?filter=a")).toMatchObject({ code: 501 });
    expect(await refusal(`GET /v1/${SECRET}/versions?filter=a`)).toMatchObject({ code: 501 });
    expect(notEmulated).toEqual([
      { what: "ListSecretsRequest.filter" },
      { what: "ListSecretVersionsRequest.filter" },
    ]);
  });

  it("refuses a field that a secret does not have", async () => {
    const { refusal } = await start();

    expect(await refusal("POST /v1/projects/demo/secrets?secretId=a", { nope: 1 })).toMatchObject({
      code: 400,
      message: `Invalid JSON payload received. Unknown name "nope": Cannot find field.`,
    });
  });

  it("numbers versions, and gives the value of one, of the latest and of an alias", async () => {
    const { add, ok, secretValue } = await start();

    expect(await add("first")).toMatchObject({ name: `${SECRET}/versions/1`, state: "ENABLED" });
    await add("zweite ü");
    await ok(`PATCH /v1/${SECRET}?updateMask=versionAliases`, { versionAliases: { old: "1" } });

    expect(["1", "2", "latest", "old"].map((version) => secretValue(SECRET, version))).toEqual([
      "first",
      "zweite ü",
      "zweite ü",
      "first",
    ]);
    expect(await ok(`GET /v1/${SECRET}/versions/latest:access`)).toEqual({
      name: `${SECRET}/versions/2`,
      payload: { data: base64("zweite ü"), dataCrc32c: expect.stringMatching(/^\d+$/) },
    });
  });

  it("never shows a value but to access", async () => {
    const { add, ok } = await start();
    await add("hidden");

    const shown = JSON.stringify([
      await ok(`GET /v1/${SECRET}`),
      await ok(`GET /v1/${SECRET}/versions`),
      await ok(`GET /v1/${SECRET}/versions/1`),
    ]);

    expect(shown).not.toContain(base64("hidden"));
  });

  it("lists versions, the newest first, page by page", async () => {
    const { add, ok } = await start();
    for (const text of ["a", "b", "c"]) await add(text);
    const names = (page: { versions: { name: string }[] }) => page.versions.map(({ name }) => name);

    const first = await ok(`GET /v1/${SECRET}/versions?pageSize=2`);
    const second = await ok(
      `GET /v1/${SECRET}/versions?pageSize=2&pageToken=${first.nextPageToken}`,
    );

    expect(names(first)).toEqual([`${SECRET}/versions/3`, `${SECRET}/versions/2`]);
    expect(names(second)).toEqual([`${SECRET}/versions/1`]);
    expect(second).not.toHaveProperty("nextPageToken");
  });

  it("gives no value of a version that is disabled, and none ever of one that is destroyed", async () => {
    const { add, ok, refusal, secretValue } = await start();
    await add("value");
    const version = `${SECRET}/versions/1`;

    await ok(`POST /v1/${version}:disable`);
    expect(await refusal(`GET /v1/${version}:access`)).toMatchObject({
      status: "FAILED_PRECONDITION",
      message: `Secret Version [${version}] is in DISABLED state.`,
    });
    await ok(`POST /v1/${version}:enable`);
    expect(secretValue(SECRET, "1")).toBe("value");

    expect(await ok(`POST /v1/${version}:destroy`)).toMatchObject({
      state: "DESTROYED",
      destroyTime: NOW,
    });
    expect(() => secretValue(SECRET, "1")).toThrow(
      `Secret Version [${version}] is in DESTROYED state.`,
    );
    expect(await refusal(`POST /v1/${version}:enable`)).toMatchObject({ code: 400 });
  });

  it.each([
    { bytes: 0, message: "The payload of a secret version is 0 bytes; it must be 1 to 65536." },
    {
      bytes: 65_537,
      message: "The payload of a secret version is 65537 bytes; it must be 1 to 65536.",
    },
  ])("refuses a value of $bytes bytes", async ({ bytes, message }) => {
    const { refusal } = await start();
    const payload = { data: Buffer.alloc(bytes).toString("base64") };

    expect(await refusal(`POST /v1/${SECRET}:addVersion`, { payload })).toMatchObject({
      code: 400,
      message,
    });
  });

  it("forgets the versions of a deleted secret, and tells of the deletion", async () => {
    const { add, ok, exists, secretValue, deleted } = await start();
    await add("value");

    expect(await ok(`DELETE /v1/${SECRET}`)).toEqual({});

    expect([exists(SECRET), deleted]).toEqual([false, [SECRET]]);
    await ok("POST /v1/projects/demo/secrets?secretId=smtp", { replication: { automatic: {} } });
    expect(() => secretValue(SECRET, "1")).toThrow("not found");
  });

  it("asks for the permission on the secret, for its versions too", async () => {
    const { add, refusal, ok } = await start([`secretmanager.versions.access ${SECRET}`]);
    await add("value");

    expect(await refusal(`GET /v1/${SECRET}/versions/1:access`)).toMatchObject({
      code: 403,
      message: `lacks "secretmanager.versions.access" for "${SECRET}"`,
    });
    expect(await ok(`GET /v1/${SECRET}/versions/1`)).toMatchObject({ state: "ENABLED" });
  });
});
