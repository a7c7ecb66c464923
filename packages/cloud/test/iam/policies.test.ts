import type { PolicyKind } from "../../api/policyKind.ts";
import { policyMethods } from "../../iam/policyMethods.ts";
import { OWNER } from "../../iam/access.ts";
import { startLocalIam } from "./localIam.ts";

const QUEUE = "projects/p/locations/l/queues/q";
const ENQUEUER = "roles/cloudtasks.enqueuer";

describe("A policy", () => {
  it("is empty, with an etag, where none was set", () => {
    expect(startLocalIam().policies.get(QUEUE)).toEqual({ version: 1, etag: "ACAB" });
  });

  it("is replaced where its etag is the one in force, and gets a new one", () => {
    const { policies } = startLocalIam();
    const { etag } = policies.get(QUEUE);

    const written = policies.set(QUEUE, {
      etag,
      version: 3,
      bindings: [{ role: ENQUEUER, members: ["user:a@example.com"] }],
    });

    expect(written).toEqual({
      version: 1,
      etag: expect.stringMatching(/^BwY/),
      bindings: [{ role: ENQUEUER, members: ["user:a@example.com"] }],
    });
    expect(policies.get(QUEUE)).toEqual(written);
    expect(written.etag).not.toBe(etag);
  });

  it("is not replaced where it was changed meanwhile", () => {
    const { policies } = startLocalIam();
    const { etag } = policies.get(QUEUE);
    const written = policies.set(QUEUE, { etag, bindings: [] });

    expect(() => policies.set(QUEUE, { etag, bindings: [] })).toThrow(
      expect.objectContaining({
        code: "ABORTED",
        httpStatus: 409,
        message: `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag 'ACAB' did not match the current policy's ETag '${written.etag}'.`,
      }),
    );
  });

  it("has one binding a role, each member once, in order, and none without members", () => {
    const { policies } = startLocalIam();

    const { bindings } = policies.set(QUEUE, {
      bindings: [
        { role: "roles/cloudtasks.viewer", members: ["user:b@example.com"] },
        { role: ENQUEUER, members: ["user:b@example.com", "user:a@example.com"] },
        { role: ENQUEUER, members: ["user:a@example.com"] },
        { role: "roles/cloudtasks.admin", members: [] },
      ],
    });

    expect(bindings).toEqual([
      { role: ENQUEUER, members: ["user:a@example.com", "user:b@example.com"] },
      { role: "roles/cloudtasks.viewer", members: ["user:b@example.com"] },
    ]);
  });

  it.each([
    { member: "x@p.iam.gserviceaccount.com", who: "an account that does not exist" },
    {
      member: "service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com",
      who: "a service agent that is not created",
    },
  ])("is refused with $who (G 9.4)", ({ member }) => {
    const { policies } = startLocalIam();
    const bindings = [{ role: ENQUEUER, members: [`serviceAccount:${member}`] }];

    expect(() => policies.set(QUEUE, { bindings })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: `Service account ${member} does not exist.`,
      }),
    );
    expect(policies.get(QUEUE).etag).toBe("ACAB");
  });

  it("takes a service agent once it is created (G 9.4), and accounts of other projects", () => {
    const { policies, createServiceAgent } = startLocalIam();
    const agent = "service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com";
    createServiceAgent(agent);
    const members = [`serviceAccount:${agent}`, "serviceAccount:a@other.iam.gserviceaccount.com"];

    const { bindings } = policies.set(QUEUE, { bindings: [{ role: ENQUEUER, members }] });

    expect(bindings?.[0]?.members).toHaveLength(2);
  });

  it.each(["a@example.com", "AllUsers", "ALLUSERS", "serviceaccount:a@example.com", "robot:a@b.c"])(
    "is refused with a member of no type, '%s'",
    (member) => {
      const bindings = [{ role: ENQUEUER, members: [member] }];

      expect(() => startLocalIam().policies.set(QUEUE, { bindings })).toThrow(
        `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
      );
    },
  );

  it("is refused with a member that names no address", () => {
    const bindings = [{ role: ENQUEUER, members: ["user:ada"] }];

    expect(() => startLocalIam().policies.set(QUEUE, { bindings })).toThrow(
      'Invalid member "user:ada": it names no address.',
    );
  });

  it("knows an address in either case for the same (G 9.2)", async () => {
    const { policies, authority, account } = startLocalIam();
    const email = await account("producer");

    const { bindings } = policies.set(QUEUE, {
      bindings: [
        {
          role: ENQUEUER,
          members: [
            "user:Ada@Example.com",
            "user:ada@example.com",
            `serviceAccount:${email.toUpperCase()}`,
          ],
        },
      ],
    });

    expect(bindings).toEqual([
      { role: ENQUEUER, members: [`serviceAccount:${email}`, "user:ada@example.com"] },
    ]);
    expect(authority.allows(`serviceAccount:${email}`, "cloudtasks.tasks.create", QUEUE)).toBe(
      true,
    );
  });

  it("says that a condition, and a role it does not know, grant nothing here", () => {
    const { policies, notEmulated, authority } = startLocalIam();
    const members = ["user:a@example.com"];

    policies.set(QUEUE, {
      bindings: [
        { role: ENQUEUER, members, condition: { expression: "true" } },
        { role: "roles/storage.admin", members },
      ],
    });

    expect(notEmulated).toEqual([
      "The condition of a binding of 'roles/cloudtasks.enqueuer'",
      "The role 'roles/storage.admin', which grants nothing here",
    ]);
    expect(authority.allows("user:a@example.com", "cloudtasks.tasks.create", QUEUE)).toBe(false);
    expect(policies.get(QUEUE).version).toBe(3);
  });
});

describe("The IAM methods of a kind of resource", () => {
  const KIND: PolicyKind = {
    service: "google.cloud.tasks.v2.CloudTasks",
    path: "/v2/projects/{project}/locations/{location}/queues/{queue}",
    getVerb: "POST",
    permissions: "cloudtasks.queues",
    resource: ({ queue = "" }) => `projects/p/locations/l/queues/${queue}`,
    exists: (resource) => resource === QUEUE,
  };

  function start(kind = KIND) {
    const iam = startLocalIam();
    const [get, set, test] = policyMethods(kind, iam);
    const call = (queue: string, body?: object, member = OWNER, query = "") => ({
      params: { queue },
      query: new URLSearchParams(query),
      body: body as never,
      member,
    });
    return { iam, get: get!, set: set!, test: test!, call };
  }

  it("have Google's paths and permissions", () => {
    const { get, set, test, call } = start();
    const path = "/v2/projects/{project}/locations/{location}/queues/{queue}";

    expect([get.http, set.http, test.http]).toEqual([
      `POST ${path}:getIamPolicy`,
      `POST ${path}:setIamPolicy`,
      `POST ${path}:testIamPermissions`,
    ]);
    expect([get.permission?.[0], set.permission?.[0], test.permission]).toEqual([
      "cloudtasks.queues.getIamPolicy",
      "cloudtasks.queues.setIamPolicy",
      undefined,
    ]);
    expect(set.permission?.[1](call("q"))).toBe(QUEUE);
  });

  it("set the policy and give it back", async () => {
    const { get, set, call } = start();
    const bindings = [{ role: ENQUEUER, members: ["user:a@example.com"] }];

    await set.handle(call("q", { policy: { bindings }, updateMask: "bindings,etag,auditConfigs" }));

    expect(await get.handle(call("q"))).toMatchObject({ bindings });
  });

  it("change what the mask names, and nothing else (G 11.3)", async () => {
    const { get, set, call } = start();
    const bindings = [{ role: ENQUEUER, members: ["user:a@example.com"] }];
    await set.handle(call("q", { policy: { bindings } }));

    await set.handle(call("q", { policy: { bindings: [] }, updateMask: "etag,auditConfigs" }));
    expect(await get.handle(call("q"))).toMatchObject({ bindings });

    expect(() => set.handle(call("q", { policy: {}, updateMask: "rules" }))).toThrow(
      "Invalid path 'rules' in the update mask: no such field.",
    );
    await set.handle(call("q", { policy: { bindings: [] }, updateMask: "bindings" }));
    expect(await get.handle(call("q"))).not.toHaveProperty("bindings");
  });

  // https://cloud.google.com/iam/docs/reference/rest/v1/GetPolicyOptions
  it("take the version of the policy where Google does: in the body, or in the query", async () => {
    const posted = start();
    const gotten = start({ ...KIND, getVerb: "GET" });
    const options = { requestedPolicyVersion: 3 };
    const inQuery = "options.requestedPolicyVersion=2";
    const refusal = "The requested policy version 2 is not valid; it must be 0, 1 or 3.";

    expect([posted.get.query, gotten.get.query]).toEqual([[], ["options.requestedPolicyVersion"]]);
    expect(await posted.get.handle(posted.call("q", { options }))).toMatchObject({ version: 1 });
    expect(() =>
      posted.get.handle(posted.call("q", { options: { requestedPolicyVersion: 2 } })),
    ).toThrow(refusal);
    expect(() => gotten.get.handle(gotten.call("q", undefined, OWNER, inQuery))).toThrow(refusal);
    expect(() => posted.get.handle(posted.call("q", { version: 3 }))).toThrow(
      'Invalid JSON payload received. Unknown name "version": Cannot find field.',
    );
  });

  it("test which of some permissions the caller has", async () => {
    const { iam, test, call } = start();
    iam.policies.set(QUEUE, { bindings: [{ role: ENQUEUER, members: ["user:a@example.com"] }] });
    const asked = { permissions: ["cloudtasks.tasks.create", "cloudtasks.tasks.delete"] };

    expect(await test.handle(call("q", asked, "user:a@example.com"))).toEqual({
      permissions: ["cloudtasks.tasks.create"],
    });
    expect(await test.handle(call("q", asked, "user:b@example.com"))).toEqual({});
  });

  it("do not find a resource that does not exist", () => {
    const { get, set, test, call } = start();

    for (const { handle } of [get, set, test]) {
      expect(() => handle(call("x"))).toThrow(
        expect.objectContaining({
          code: "NOT_FOUND",
          message: "Requested entity was not found.",
        }),
      );
    }
  });

  it("test nothing of a missing resource where its service says so", async () => {
    const { test, call } = start({ ...KIND, testsMissing: true });

    expect(await test.handle(call("x", { permissions: ["cloudtasks.tasks.create"] }))).toEqual({});
  });
});
