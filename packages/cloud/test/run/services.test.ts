import {
  INVOKER,
  LOCATION,
  RUNTIME,
  server,
  startLocalRun,
  WORKER,
  type LocalRun,
} from "./localRun.ts";

const SERVICE = `${LOCATION}/services/worker`;
const IMAGE = "europe-west1-docker.pkg.dev/p/images/worker@sha256:1111";

let local: LocalRun;

beforeEach(async () => {
  local = await startLocalRun();
});

afterEach(async () => {
  await local[Symbol.asyncDispose]();
});

function create(body: object = {}, query = "serviceId=worker", member?: string) {
  const template = { serviceAccount: RUNTIME, containers: [{ image: IMAGE }] };
  return local.call("CreateService", WORKER, { template, ...body }, query, member);
}

function update(body: object, query = "") {
  return local.call("UpdateService", WORKER, body as never, query);
}

const get = () => local.call("GetService", WORKER);

describe("CreateService (G 5.1)", () => {
  it("answers an operation that is done, with the service as Google would fill it in", async () => {
    const operation = await create({
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      labels: { a: "b" },
    });

    const { response } = operation;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const succeeded = { state: "CONDITION_SUCCEEDED", lastTransitionTime: time };
    const revision = expect.stringMatching(`^${SERVICE}/revisions/worker-00001-[a-z]{3}$`);
    const latest = { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 };
    expect(operation).toEqual({
      name: expect.stringMatching(`^${LOCATION}/operations/[0-9a-f-]{36}$`),
      metadata: response,
      done: true,
      response,
    });
    expect(response).toEqual({
      "@type": "type.googleapis.com/google.cloud.run.v2.Service",
      name: SERVICE,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      generation: "1",
      observedGeneration: "1",
      createTime: time,
      updateTime: time,
      creator: "owner@local-project.example",
      lastModifier: "owner@local-project.example",
      uri: expect.stringMatching(/^https:\/\/worker-[a-z]{10}-ew\.a\.run\.app$/),
      urls: ["https://worker-123456789012.europe-west1.run.app", response.uri],
      labels: { a: "b" },
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      launchStage: "GA",
      invokerIamDisabled: false,
      defaultUriDisabled: false,
      template: {
        serviceAccount: RUNTIME,
        timeout: "300s",
        maxInstanceRequestConcurrency: 80,
        scaling: { minInstanceCount: 0, maxInstanceCount: 100 },
        containers: [
          {
            image: IMAGE,
            ports: [{ containerPort: 8080 }],
            resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true },
            startupProbe: {
              initialDelaySeconds: 0,
              timeoutSeconds: 240,
              periodSeconds: 240,
              failureThreshold: 1,
              tcpSocket: { port: 8080 },
            },
          },
        ],
      },
      traffic: [latest],
      trafficStatuses: [latest],
      latestReadyRevision: revision,
      latestCreatedRevision: revision,
      terminalCondition: { type: "Ready", ...succeeded },
      conditions: [
        { type: "RoutesReady", ...succeeded },
        { type: "ConfigurationsReady", ...succeeded },
      ],
      reconciling: false,
      etag: expect.any(String),
    });
    expect({ "@type": response["@type"], ...(await get()) }).toEqual(response);
  });

  it("gives an instance of less than one CPU one request at a time", async () => {
    const containers = [{ image: IMAGE, resources: { limits: { cpu: "500m" }, cpuIdle: true } }];

    await create({ template: { serviceAccount: RUNTIME, containers } });

    expect((await get()).template.maxInstanceRequestConcurrency).toBe(1);
  });

  it("takes what the provider sends: nulls, and fields that Google fills in", async () => {
    const startupProbe = { periodSeconds: 1, grpc: null, httpGet: { path: "/health" } };
    const template = {
      serviceAccount: RUNTIME,
      containers: [
        {
          image: IMAGE,
          resources: { cpuIdle: true, limits: { cpu: "1" }, startupCpuBoost: true },
          startupProbe,
        },
      ],
    };

    const { error } = await create({ template, uri: "https://ignored", generation: "7" });

    expect(error).toBeUndefined();
    expect((await get()).generation).toBe("1");
    expect((await get()).template.containers[0].startupProbe).toEqual({
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 1,
      failureThreshold: 3,
      httpGet: { path: "/health", httpHeaders: [] },
    });
  });

  it.each([
    {
      what: "an unknown field",
      body: { template: { containers: [{ image: IMAGE, imagePullPolicy: "Always" }] } },
      message:
        "Invalid JSON payload received. Unknown name \"imagePullPolicy\" at 'template.containers[0]': Cannot find field.",
    },
    {
      what: "no container",
      body: { template: { containers: [] } },
      message: "template.containers: Too small: expected array to have >=1 items",
    },
    {
      what: "a timeout of more than an hour",
      body: { template: { timeout: "3601s", containers: [{ image: IMAGE }] } },
      message: "template.timeout: '3601s' must be greater than 0s and at most 3600s.",
    },
    {
      what: "a variable that the platform sets",
      body: { template: { containers: [{ image: IMAGE, env: [{ name: "PORT", value: "1" }] }] } },
      message:
        "template.containers[0].env: The following reserved env names were provided: PORT. These values are automatically set by the system.",
    },
  ])("refuses $what", async ({ body, message }) => {
    await expect(create(body)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
    await expect(get()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each(["", "1worker", "Worker", "worker-", "w".repeat(50)])(
    "refuses the service id '%s'",
    async (id) => {
      await expect(create({}, `serviceId=${id}`)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: `Service id '${id}' must have fewer than 50 characters, begin with a letter, hold only lower-case letters, digits and hyphens, and not end with a hyphen.`,
      });
    },
  );

  it.each(["w", "worker-1", "w".repeat(49)])("takes the service id '%s'", async (id) => {
    const { response } = await create({}, `serviceId=${id}`);

    expect(response.name).toBe(`${LOCATION}/services/${id}`);
  });

  it("refuses a second service of one name", async () => {
    await create();

    await expect(create()).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: "Resource 'worker' already exists.",
    });
  });

  it("takes the right to act as the service's account", async () => {
    await expect(create({}, "serviceId=worker", `serviceAccount:${INVOKER}`)).rejects.toMatchObject(
      {
        code: "PERMISSION_DENIED",
        message: `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${RUNTIME}" (or the resource may not exist).`,
      },
    );
  });

  it("runs a service without an account as the project's default one (G 5.3)", async () => {
    await create({ template: { containers: [{ image: IMAGE }] } });

    expect((await get()).template.serviceAccount).toBe(
      "123456789012-compute@developer.gserviceaccount.com",
    );
  });

  it("changes nothing where it only validates", async () => {
    const { done } = await create({}, "serviceId=worker&validateOnly=true");

    expect(done).toBe(true);
    await expect(get()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("UpdateService (G 5.1)", () => {
  const containers = [{ image: IMAGE }];

  it.each([
    ["validateOnly", "validate_only"],
    ["allowMissing", "allow_missing"],
  ])("is refused where %s is neither true nor false", async (name, field) => {
    await create();

    await expect(update({ template: { containers } }, `${name}=yes`)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `Invalid value at '${field}' (TYPE_BOOL), "yes"`,
    });
  });

  it("replaces everything where it has no mask", async () => {
    await create({ labels: { a: "b" }, description: "old" });

    await update({ template: { serviceAccount: RUNTIME, containers, timeout: "60s" } });

    const service = await get();
    expect(service.template.timeout).toBe("60s");
    expect(service).not.toHaveProperty("labels");
    expect(service).not.toHaveProperty("description");
    expect(service.generation).toBe("2");
    expect(service.latestReadyRevision).toMatch(/worker-00002-[a-z]{3}$/);
  });

  it("changes what its mask names, and nothing else", async () => {
    await create({ labels: { a: "b" }, description: "old" });

    await update({ template: { timeout: "60s" } }, "updateMask=template.timeout,description");

    const service = await get();
    expect(service.template).toMatchObject({ timeout: "60s", containers });
    expect(service.labels).toEqual({ a: "b" });
    expect(service).not.toHaveProperty("description");
  });

  it("refuses a mask that names no field", async () => {
    await create();

    await expect(update({}, "updateMask=template.speed")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "Invalid path 'template.speed' in the update mask: no such field.",
    });
  });

  it("makes no revision where the template stays as it is", async () => {
    await create();
    const { latestCreatedRevision, etag } = await get();

    await update({
      ingress: "INGRESS_TRAFFIC_ALL",
      template: { serviceAccount: RUNTIME, containers },
    });

    expect(await get()).toMatchObject({ latestCreatedRevision, generation: "2" });
    expect((await get()).etag).not.toBe(etag);
  });

  it("refuses an etag that is no longer the one in force", async () => {
    await create();
    const { etag } = await get();

    await expect(
      update({ etag: "stale", template: { serviceAccount: RUNTIME, containers } }),
    ).rejects.toMatchObject({
      code: "ABORTED",
      message: `Conflict for resource 'worker': etag 'stale' was given, '${etag}' is in force.`,
    });
  });

  it("does not find a service that does not exist, unless it may make it", async () => {
    const body = { template: { serviceAccount: RUNTIME, containers } };

    await expect(update(body)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "Resource 'worker' of kind 'SERVICE' does not exist.",
    });
    await update(body, "allowMissing=true");
    expect((await get()).generation).toBe("1");
  });
});

describe("The methods of Cloud Run (G 5.1)", () => {
  it("ask for the right to create too, where a change may make a service", async () => {
    local.iam.policies.set("projects/p", {
      bindings: [
        { role: "roles/run.developer", members: ["user:developer@example.com"] },
        { role: "roles/iam.serviceAccountUser", members: ["user:developer@example.com"] },
        { role: "roles/iam.serviceAccountUser", members: ["user:other@example.com"] },
      ],
    });
    const body = { template: { serviceAccount: RUNTIME, containers: [{ image: IMAGE }] } };
    const upsert = (member: string) =>
      local.call("UpdateService", WORKER, body, "allowMissing=true", member);

    await expect(upsert("user:other@example.com")).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: expect.stringContaining('"run.services.create"'),
    });
    expect(await upsert("user:developer@example.com")).toMatchObject({ done: true });
  });

  it("change nothing where they only validate", async () => {
    await create({ description: "old" });
    const before = await get();

    await update({ template: { containers: [{ image: IMAGE }] } }, "validateOnly=true");
    await local.call("DeleteService", WORKER, undefined, "validateOnly=true");

    expect(await get()).toEqual(before);
  });

  it("delete no service that was changed meanwhile", async () => {
    await create();
    const { etag } = await get();

    await expect(
      local.call("DeleteService", WORKER, undefined, "etag=stale"),
    ).rejects.toMatchObject({ code: "ABORTED" });
    await local.call("DeleteService", WORKER, undefined, `etag=${encodeURIComponent(etag)}`);
    await expect(get()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("list page by page, and say that what is deleted is not kept", async () => {
    for (const id of ["b", "a", "c"]) await create({}, `serviceId=${id}`);
    const list = (query: string) => local.call("ListServices", WORKER, undefined, query);
    const ids = ({ services }: { services: { name: string }[] }) =>
      services.map(({ name }) => name.split("/").at(-1));

    const first = await list("pageSize=2");
    const second = await list(`pageSize=2&pageToken=${first.nextPageToken}&showDeleted=false`);

    expect([ids(first), ids(second)]).toEqual([["a", "b"], ["c"]]);
    expect(second).not.toHaveProperty("nextPageToken");
    await expect(list("showDeleted=true")).rejects.toMatchObject({
      code: "UNIMPLEMENTED",
      message: "'ListServicesRequest.showDeleted' is not emulated locally.",
    });
  });

  it("know the project by its number too, and no other project", async () => {
    await create();

    expect(await local.call("GetService", { ...WORKER, project: "123456789012" })).toEqual(
      await get(),
    );
    await expect(
      local.call("CreateService", { ...WORKER, project: "other" }, {}, "serviceId=worker"),
    ).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: "Permission denied on resource project other.",
    });
  });

  it("list, wait for and delete operations, all of which have ended", async () => {
    const created = await create();
    const params = { project: "p", location: "europe-west1" };
    const one = { ...params, operation: created.name.split("/").at(-1) };

    expect(await local.call("ListOperations", params)).toEqual({ operations: [created] });
    expect(await local.call("WaitOperation", one, { timeout: "60s" })).toEqual(created);
    expect(await local.call("DeleteOperation", one)).toEqual({});
    expect(await local.call("ListOperations", params)).toEqual({});
    await expect(local.call("GetOperation", one)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("A service of Cloud Run (G 5.1)", () => {
  it("is listed, in the order of names", async () => {
    await create({}, "serviceId=worker");
    await create({}, "serviceId=another");

    const { services } = await local.call("ListServices", WORKER);

    expect(services.map(({ name }: { name: string }) => name)).toEqual([
      `${LOCATION}/services/another`,
      SERVICE,
    ]);
  });

  it("is gone when it is deleted, with its policy, its hosts and its containers", async () => {
    await local.deploy(server("(_, s) => s.end()"));
    const { uri } = await get();
    local.iam.policies.set(SERVICE, {
      bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }],
    });

    const { done } = await local.call("DeleteService", WORKER);

    expect(done).toBe(true);
    await expect(get()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(local.run.serves(new URL(uri).hostname)).toBe(false);
    expect(local.iam.policies.get(SERVICE)).toEqual({ version: 1, etag: "ACAB" });
    await local.run.stop();
    expect(local.seen("instance").map(({ state }) => state)).toEqual(["started", "stopped"]);
  });

  it("has its operations kept", async () => {
    const operation = await create();
    const id = operation.name.split("/").at(-1);

    expect(await local.call("GetOperation", { ...WORKER, operation: id })).toEqual(operation);
    await expect(local.call("GetOperation", { ...WORKER, operation: "x" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
