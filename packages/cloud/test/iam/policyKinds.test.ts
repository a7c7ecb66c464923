import { createIam } from "../../iam/iam.ts";
import { Events } from "../../api/events.ts";
import { policyKinds } from "../../iam/policyKinds.ts";
import { startTasks, QUEUE } from "../cloudtasks/tasksCloud.ts";
import { localApi, serviceOptions } from "../support/localApi.ts";

const PROJECT = "/v1/projects/demo";
const A = "user:a@example.com";

/** The IAM methods of the kinds, of a cloud with a queue, a secret and a repository. */
async function start() {
  const iam = createIam({ ...serviceOptions(), events: new Events() });
  const tasks = startTasks();
  await tasks.createQueue();
  const kinds = policyKinds({
    project: "demo",
    projectNumber: "123456789012",
    tasks,
    secrets: { exists: (name) => name === "projects/demo/secrets/smtp" },
    registry: { exists: (name) => name === "projects/demo/locations/l/repositories/r" },
  });
  return { ...iam, ...localApi(kinds.flatMap(iam.policyMethods), { authority: iam.authority }) };
}

describe("The policy of a project (G 11.3)", () => {
  it("is read, changed and kept in v1 and in v3, by the project's id and its number", async () => {
    const { ok } = await start();
    const bindings = [{ role: "roles/cloudtasks.enqueuer", members: [A] }];
    const { etag } = await ok(`POST ${PROJECT}:getIamPolicy`, {
      options: { requestedPolicyVersion: 3 },
    });

    const written = await ok(`POST ${PROJECT}:setIamPolicy`, {
      policy: { etag, bindings },
      updateMask: "bindings,etag,auditConfigs",
    });

    expect(written).toEqual({ version: 1, bindings, etag: expect.stringMatching(/^BwY/) });
    for (const path of ["/v3/projects/demo", "/v1/projects/123456789012"]) {
      expect(await ok(`POST ${path}:getIamPolicy`, {})).toEqual(written);
    }
    await ok("POST /v3/projects/123456789012:setIamPolicy", {
      policy: { etag: written.etag, bindings: [] },
    });
    expect(await ok(`POST ${PROJECT}:getIamPolicy`)).not.toHaveProperty("bindings");
  });

  it("is not replaced where it was changed meanwhile", async () => {
    const { ok, refusal } = await start();
    const { etag } = await ok(`POST ${PROJECT}:getIamPolicy`);
    await ok(`POST ${PROJECT}:setIamPolicy`, { policy: { etag, bindings: [] } });

    expect(
      await refusal(`POST /v3/projects/demo:setIamPolicy`, { policy: { etag, bindings: [] } }),
    ).toMatchObject({ code: 409, status: "ABORTED" });
  });

  it("is in force for all that is in the project", async () => {
    const { ok, authority } = await start();
    const below = [
      ["roles/cloudtasks.enqueuer", "cloudtasks.tasks.create", QUEUE],
      [
        "roles/secretmanager.secretAccessor",
        "secretmanager.versions.access",
        "projects/demo/secrets/smtp",
      ],
      [
        "roles/iam.serviceAccountUser",
        "iam.serviceAccounts.actAs",
        "projects/demo/serviceAccounts/x@y",
      ],
      ["roles/run.invoker", "run.routes.invoke", "projects/demo/locations/l/services/s"],
    ] as const;

    expect(below.map(([, permission, name]) => authority.allows(A, permission, name))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    await ok(`POST ${PROJECT}:setIamPolicy`, {
      policy: { bindings: below.map(([role]) => ({ role, members: [A] })) },
    });

    expect(below.map(([, permission, name]) => authority.allows(A, permission, name))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(
      authority.allows(A, "cloudtasks.tasks.create", "projects/other/locations/l/queues/q"),
    ).toBe(false);
  });

  it("says which permissions the caller has", async () => {
    const { ok } = await start();
    const permissions = ["resourcemanager.projects.get", "cloudtasks.queues.create"];

    for (const version of ["v1", "v3"]) {
      expect(
        await ok(`POST /${version}/projects/demo:testIamPermissions`, { permissions }),
      ).toEqual({ permissions });
    }
  });
});

describe("The policy of a resource", () => {
  it.each([
    { at: "a secret", verb: "GET", path: "/v1/projects/123456789012/secrets/smtp" },
    {
      at: "a repository",
      verb: "GET",
      path: "/v1/projects/123456789012/locations/l/repositories/r",
    },
    { at: "a queue", verb: "POST", path: `/v2/${QUEUE}` },
    { at: "a queue in v2beta3", verb: "POST", path: `/v2beta3/${QUEUE}` },
  ])("is there for $at, with the verb of its API (G 1.2, 11.3)", async ({ verb, path }) => {
    const { ok } = await start();
    const bindings = [{ role: "roles/owner", members: [A] }];

    await ok(`POST ${path}:setIamPolicy`, { policy: { bindings } });

    expect(await ok(`${verb} ${path}:getIamPolicy`)).toMatchObject({ bindings });
  });

  it("of a missing queue allows nothing, and is not found otherwise (G 1.2)", async () => {
    const { ok, refusal } = await start();
    const missing = `/v2/${QUEUE}-2`;

    expect(
      await ok(`POST ${missing}:testIamPermissions`, { permissions: ["cloudtasks.tasks.create"] }),
    ).toEqual({});
    expect(await refusal(`POST ${missing}:getIamPolicy`)).toMatchObject({ code: 404 });
  });
});
