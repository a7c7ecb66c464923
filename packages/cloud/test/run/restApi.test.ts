import { localApi } from "../support/localApi.ts";
import { INVOKER, LOCATION, RUNTIME, startLocalRun, type LocalRun } from "./localRun.ts";

// The API as it is asked over HTTP: paths, verbs, queries.

const WORKER = `/v2/${LOCATION}/services/worker`;
const IMAGE = "europe-west1-docker.pkg.dev/p/images/worker@sha256:1111";
const TEMPLATE = { serviceAccount: RUNTIME, containers: [{ image: IMAGE }] };

let local: LocalRun;
let api: ReturnType<typeof localApi>;

beforeEach(async () => {
  local = await startLocalRun();
  const { iam, run } = local;
  api = localApi([...run.methods, ...iam.policyMethods(run.policyKind)], {
    authority: iam.authority,
  });
});

afterEach(() => local[Symbol.asyncDispose]());

const create = (query = "") =>
  api.ok(`POST /v2/${LOCATION}/services?serviceId=worker${query}`, { template: TEMPLATE });

describe("The Cloud Run Admin API over REST (G 5.1, 11.3)", () => {
  it("creates, reads, lists and deletes at Google's paths", async () => {
    const created = await create("&alt=json");

    const service = await api.ok(`GET ${WORKER}?alt=json`);
    expect(created.response).toEqual({ "@type": TYPE, ...service });
    expect(await api.ok(`GET /v2/${LOCATION}/services?pageSize=10`)).toEqual({
      services: [service],
    });
    const deleted = await api.ok(`DELETE ${WORKER}?etag=${encodeURIComponent(service.etag)}`);
    expect(deleted).toMatchObject({ done: true, response: { name: service.name } });
    expect(await api.ok(`GET /v2/${LOCATION}/services`)).toEqual({});
    expect(await api.refusal(`GET ${WORKER}`)).toMatchObject({ code: 404, status: "NOT_FOUND" });
  });

  it("answers each change with an operation that can be polled, and is done (G 12.1.13)", async () => {
    const operations = [
      await create(),
      await api.ok(`PATCH ${WORKER}`, { description: "new", template: TEMPLATE }),
      await api.ok(`DELETE ${WORKER}`),
    ];

    for (const operation of operations) {
      expect(operation).toEqual({
        name: expect.stringMatching(`^${LOCATION}/operations/${UUID}$`),
        metadata: { ...operation.response, "@type": TYPE },
        done: true,
        response: expect.objectContaining({ "@type": TYPE, name: WORKER.slice("/v2/".length) }),
      });
      expect(await api.ok(`GET /v2/${operation.name}`)).toEqual(operation);
    }
    expect(new Set(operations.map(({ name }) => name)).size).toBe(3);
  });

  it("takes a PATCH without a mask for the whole service (G 12.1.13)", async () => {
    await api.ok(`POST /v2/${LOCATION}/services?serviceId=worker`, {
      description: "old",
      labels: { a: "b" },
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      customAudiences: ["https://worker.internal"],
      invokerIamDisabled: true,
      template: { ...TEMPLATE, timeout: "60s", maxInstanceRequestConcurrency: 5 },
    });

    await api.ok(`PATCH ${WORKER}`, { template: TEMPLATE });

    const service = await api.ok(`GET ${WORKER}`);
    expect(service).toMatchObject({
      ingress: "INGRESS_TRAFFIC_ALL",
      invokerIamDisabled: false,
      template: { timeout: "300s", maxInstanceRequestConcurrency: 80 },
      generation: "2",
    });
    for (const gone of ["description", "labels", "customAudiences"]) {
      expect(service).not.toHaveProperty(gone);
    }
  });

  it("makes a service by a PATCH that may", async () => {
    expect(await api.refusal(`PATCH ${WORKER}`, { template: TEMPLATE })).toMatchObject({
      code: 404,
      status: "NOT_FOUND",
    });
    await api.ok(`PATCH ${WORKER}?allowMissing=true`, { template: TEMPLATE });

    expect((await api.ok(`GET ${WORKER}`)).generation).toBe("1");
  });

  it("takes an etag that it gave, once", async () => {
    await create();
    const { etag } = await api.ok(`GET ${WORKER}`);

    await api.ok(`PATCH ${WORKER}`, { etag, template: { ...TEMPLATE, timeout: "60s" } });

    expect(await api.refusal(`PATCH ${WORKER}`, { etag, template: TEMPLATE })).toMatchObject({
      code: 409,
      status: "ABORTED",
    });
  });

  it("refuses who may not act as the account that it runs as, itself too (G 12.1.10)", async () => {
    local.iam.policies.set("projects/p", {
      bindings: [{ role: "roles/run.admin", members: [`serviceAccount:${INVOKER}`] }],
    });
    const authorization = `Bearer ${local.iam.authority.accessToken(INVOKER)}`;
    const template = { ...TEMPLATE, serviceAccount: INVOKER };

    const { status, body } = await api.call(
      `POST /v2/${LOCATION}/services?serviceId=worker`,
      { template },
      { authorization },
    );

    expect(status).toBe(403);
    expect(body.error).toMatchObject({
      status: "PERMISSION_DENIED",
      message: `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${INVOKER}" (or the resource may not exist).`,
    });
  });
});

describe("The policy of a service over REST (G 5.1, 12.1.13)", () => {
  const member = `serviceAccount:${INVOKER}`;
  const bindings = [{ role: "roles/run.invoker", members: [member] }];

  beforeEach(() => create());

  it("is read by GET, not by POST", async () => {
    const policy = await api.ok(`GET ${WORKER}:getIamPolicy?options.requestedPolicyVersion=3`);

    expect(policy).toEqual({ version: 1, etag: "ACAB" });
    expect((await api.call(`POST ${WORKER}:getIamPolicy`, {})).status).toBe(404);
  });

  it("is set by POST, and its etag goes round", async () => {
    const { etag } = await api.ok(`GET ${WORKER}:getIamPolicy`);

    const written = await api.ok(`POST ${WORKER}:setIamPolicy`, { policy: { etag, bindings } });

    expect(written).toEqual({ version: 1, bindings, etag: expect.any(String) });
    expect(written.etag).not.toBe(etag);
    expect(await api.ok(`GET ${WORKER}:getIamPolicy`)).toEqual(written);
    expect(
      await api.refusal(`POST ${WORKER}:setIamPolicy`, { policy: { etag, bindings: [] } }),
    ).toMatchObject({ code: 409, status: "ABORTED" });
  });

  it("is tested by POST", async () => {
    await api.ok(`POST ${WORKER}:setIamPolicy`, { policy: { bindings } });
    const authorization = `Bearer ${local.iam.authority.accessToken(INVOKER)}`;
    const permissions = ["run.routes.invoke", "run.services.delete"];

    const { body } = await api.call(
      `POST ${WORKER}:testIamPermissions`,
      { permissions },
      { authorization },
    );

    expect(body).toEqual({ permissions: ["run.routes.invoke"] });
  });
});

const TYPE = "type.googleapis.com/google.cloud.run.v2.Service";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
