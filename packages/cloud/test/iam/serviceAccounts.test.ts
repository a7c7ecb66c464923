import { localApi } from "../support/localApi.ts";
import { startLocalIam } from "./localIam.ts";

const ONE = "serviceAccounts/{account}";

describe("A service account", () => {
  it("is made as Google makes it", async () => {
    const iam = startLocalIam();

    const account = await iam.call("POST serviceAccounts", "", {
      accountId: "runtime",
      serviceAccount: { displayName: "Runs the worker" },
    });

    expect(account).toEqual({
      name: "projects/p/serviceAccounts/runtime@p.iam.gserviceaccount.com",
      projectId: "p",
      uniqueId: expect.stringMatching(/^1\d{20}$/),
      email: "runtime@p.iam.gserviceaccount.com",
      oauth2ClientId: account.uniqueId,
      etag: "MDEwMjE5MjA=",
      displayName: "Runs the worker",
    });
  });

  it.each([
    {
      accountId: "short",
      message: 'The account ID "short" does not have a length between 6 and 30.',
    },
    {
      accountId: "Capital",
      message:
        'The account ID "Capital" must begin with a lower-case letter, hold only lower-case letters, digits and hyphens, and not end with a hyphen.',
    },
  ])("is refused under the ID '$accountId'", async ({ accountId, message }) => {
    await expect(startLocalIam().account(accountId)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message,
    });
  });

  it("is refused a second time", async () => {
    const iam = startLocalIam();
    await iam.account("runtime");

    await expect(iam.account("runtime")).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: "Service account runtime already exists within project projects/p.",
    });
  });

  it("is found by its e-mail address and by its id", async () => {
    const iam = startLocalIam();
    const email = await iam.account("runtime");
    const byEmail = await iam.call(`GET ${ONE}`, email);

    expect(await iam.call(`GET ${ONE}`, byEmail.uniqueId)).toEqual(byEmail);
    expect((await iam.call("GET serviceAccounts")).accounts).toContainEqual(byEmail);
  });

  it("has changed what the mask of a patch names", async () => {
    const iam = startLocalIam();
    const email = await iam.account("runtime");

    const patched = await iam.call(`PATCH ${ONE}`, email, {
      serviceAccount: { displayName: "a", description: "b" },
      updateMask: "displayName",
    });

    expect(patched.displayName).toBe("a");
    expect(patched).not.toHaveProperty("description");
  });

  it("has a new display name by the older method too, and keeps its description", async () => {
    const iam = startLocalIam();
    const email = await iam.account("runtime");
    await iam.call(`PATCH ${ONE}`, email, { serviceAccount: { description: "kept" } });

    const updated = await iam.call(`PUT ${ONE}`, email, { displayName: "a" });

    expect(updated).toMatchObject({ displayName: "a", description: "kept" });
  });

  // https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list
  it("is listed in the order of names, 20 a page unless told otherwise", async () => {
    const iam = startLocalIam();
    const { ok } = localApi(iam.methods);
    for (let i = 10; i < 34; i++) await iam.account(`account-${i}`);
    const list = (query: string) => ok(`GET /v1/projects/p/serviceAccounts?${query}`);

    const first = await list("");
    const second = await list(`pageToken=${first.nextPageToken}`);

    const emails = [...first.accounts, ...second.accounts].map(({ email }) => email);
    expect([first.accounts.length, second.accounts.length]).toEqual([20, 5]);
    expect(emails).toEqual([...emails].sort());
    expect(second).not.toHaveProperty("nextPageToken");
    expect((await list("pageSize=2")).accounts).toHaveLength(2);
  });

  it("has no tokens while it is disabled", async () => {
    const iam = startLocalIam();
    const email = await iam.account("runtime");
    const token = iam.authority.accessToken(email);

    await iam.call(`POST ${ONE}:disable`, email);

    expect(() => iam.authority.accessToken(email)).toThrow(`Service account ${email} is disabled.`);
    expect(() => iam.authority.identify(`Bearer ${token}`)).toThrow(
      "invalid authentication credentials",
    );
    await iam.call(`POST ${ONE}:enable`, email);
    expect(iam.authority.identify(`Bearer ${token}`)).toBe(`serviceAccount:${email}`);
  });

  // google-cloud.md 9.2
  it("is another one when it is made again, and is granted nothing", async () => {
    const iam = startLocalIam();
    const email = await iam.account("runtime");
    const { uniqueId } = await iam.call(`GET ${ONE}`, email);
    const queue = "projects/p/locations/l/queues/q";
    iam.policies.set(queue, {
      bindings: [{ role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${email}`] }],
    });

    await iam.call(`DELETE ${ONE}`, email);
    await iam.account("runtime");

    expect((await iam.call(`GET ${ONE}`, email)).uniqueId).not.toBe(uniqueId);
    expect(iam.policies.get(queue).bindings).toEqual([
      {
        role: "roles/cloudtasks.enqueuer",
        members: [`deleted:serviceAccount:${email}?uid=${uniqueId}`],
      },
    ]);
    expect(iam.authority.allows(`serviceAccount:${email}`, "cloudtasks.tasks.create", queue)).toBe(
      false,
    );
  });

  it("that does not exist is not found", async () => {
    await expect(
      startLocalIam().call(`GET ${ONE}`, "x@p.iam.gserviceaccount.com"),
    ).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Service account x@p.iam.gserviceaccount.com does not exist.",
    });
  });
});
