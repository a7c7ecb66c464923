import { LOCATION, RUNTIME, startLocalRun, WORKER, type LocalRun } from "./localRun.ts";

// No image of that name is on the machine: services are kept, and nothing runs.
const IMAGE = "europe-west1-docker.pkg.dev/p/images/worker@sha256:1111";
const CONTAINER = { image: IMAGE };

let local: LocalRun;

beforeEach(async () => {
  local = await startLocalRun();
});

afterEach(() => local[Symbol.asyncDispose]());

/** Makes the service and reads it back. */
async function readBack(template: object, settings: object = {}) {
  await create(template, settings);
  return local.call("GetService", WORKER);
}

function create(template: object, settings: object = {}) {
  const body = {
    ...settings,
    template: { serviceAccount: RUNTIME, containers: [CONTAINER], ...template },
  };
  return local.call("CreateService", WORKER, body, "serviceId=worker");
}

describe("A service's template (G 5.1)", () => {
  it.each([
    { cpu: "2", concurrency: 80 },
    { cpu: "1", concurrency: 80 },
    { cpu: "1000m", concurrency: 80 },
    { cpu: "999m", concurrency: 1 },
    { cpu: "0.5", concurrency: 1 },
    { cpu: "80m", concurrency: 1 },
  ])(
    "gives an instance with $cpu CPU $concurrency requests at once",
    async ({ cpu, concurrency }) => {
      const containers = [{ ...CONTAINER, resources: { limits: { cpu }, cpuIdle: true } }];

      const { template } = await readBack({ containers, maxInstanceRequestConcurrency: 0 });

      expect(template.maxInstanceRequestConcurrency).toBe(concurrency);
    },
  );

  it("keeps its bounds where they are reached", async () => {
    const given = {
      timeout: "3600s",
      maxInstanceRequestConcurrency: 1000,
      scaling: { minInstanceCount: 3, maxInstanceCount: 7 },
    };

    expect((await readBack(given)).template).toMatchObject(given);
  });

  it.each([
    { template: { maxInstanceRequestConcurrency: 1001 }, field: "maxInstanceRequestConcurrency" },
    { template: { maxInstanceRequestConcurrency: -1 }, field: "maxInstanceRequestConcurrency" },
    { template: { timeout: "3600.1s" }, field: "timeout" },
    { template: { timeout: "-1s" }, field: "timeout" },
    { template: { scaling: { minInstanceCount: -1 } }, field: "scaling.minInstanceCount" },
    { template: { scaling: { maxInstanceCount: -1 } }, field: "scaling.maxInstanceCount" },
  ])("refuses $template", async ({ template, field }) => {
    await expect(create(template)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(`^template\\.${field}: `),
    });
  });

  it.each([
    {
      resources: { limits: { memory: "8Gi" }, cpuIdle: true },
      problem:
        "memory: Invalid value specified for memory. For 1.0 CPU, memory must be between 128Mi and 4Gi inclusive.",
    },
    {
      resources: { limits: { memory: "256Mi" } },
      problem:
        "memory: Invalid value specified for memory. Total memory < 512 Mi is not supported with cpu always allocated (unthrottled).",
    },
    {
      resources: { limits: { cpu: "500m" }, cpuIdle: false },
      problem:
        "cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with cpu always allocated (unthrottled).",
    },
    {
      resources: { limits: { cpu: "3" }, cpuIdle: true },
      problem:
        "cpu: Invalid value specified for cpu. '3' is none of 1, 2, 4, 6, 8 and what is from 0.08 up to 1.",
    },
    {
      resources: { limits: { memory: "lots" }, cpuIdle: true },
      problem:
        "memory: Invalid value specified for memory. 'lots' is no quantity such as 512Mi or 2Gi.",
    },
  ])("refuses $resources", async ({ resources, problem }) => {
    await expect(create({ containers: [{ ...CONTAINER, resources }] })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `template.containers.resources.limits.${problem}`,
    });
  });

  it("refuses less than one CPU with more than one request at once", async () => {
    const containers = [{ ...CONTAINER, resources: { limits: { cpu: "500m" }, cpuIdle: true } }];

    await expect(create({ containers, maxInstanceRequestConcurrency: 2 })).rejects.toThrow(
      "template.containers.resources.limits.cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.",
    );
  });

  it("refuses an instance of the second generation with less than 512Mi", async () => {
    const containers = [
      { ...CONTAINER, resources: { limits: { memory: "256Mi" }, cpuIdle: true } },
    ];

    await create({ containers });
    await local.call("DeleteService", WORKER);
    await expect(
      create({ containers, executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" }),
    ).rejects.toThrow(
      "template.containers.resources.limits.memory: Invalid value specified for memory. Total memory < 512 Mi is not supported with gen2 execution environment.",
    );
  });

  it("counts the memory of all containers", async () => {
    const resources = { limits: { cpu: "1", memory: "3Gi" }, cpuIdle: true };
    const containers = [
      { ...CONTAINER, resources },
      { ...CONTAINER, name: "sidecar", resources },
    ];

    await create({ containers });
    await local.call("DeleteService", WORKER);
    const [worker, sidecar] = containers;
    await expect(
      create({
        containers: [
          worker,
          { ...sidecar, resources: { ...resources, limits: { cpu: "1", memory: "6Gi" } } },
        ],
      }),
    ).rejects.toThrow("For 2.0 CPU, memory must be between 128Mi and 8Gi inclusive.");
  });

  it.each([{ minInstanceCount: 3, maxInstanceCount: 2 }, { minInstanceCount: 1 }])(
    "refuses the scaling $minInstanceCount to $maxInstanceCount",
    async (scaling) => {
      await expect(create({ scaling })).rejects.toThrow(
        "Violation in CreateServiceRequest.service.template.scaling.max_instance_count: must be greater or equal than min_instance_count.",
      );
    },
  );

  it("sends only private ranges through a VPC, unless it says otherwise", async () => {
    const connector = "projects/p/locations/europe-west1/connectors/c";
    const networkInterfaces = [{ network: "default", subnetwork: "default", tags: ["worker"] }];

    const { template } = await readBack({ vpcAccess: { connector } });
    await local.call("DeleteService", WORKER);
    const other = await readBack({ vpcAccess: { networkInterfaces, egress: "ALL_TRAFFIC" } });

    expect(template.vpcAccess).toEqual({ connector, egress: "PRIVATE_RANGES_ONLY" });
    expect(other.template.vpcAccess).toEqual({ networkInterfaces, egress: "ALL_TRAFFIC" });
  });

  it("has no VPC access where it asks for none", async () => {
    expect((await readBack({})).template).not.toHaveProperty("vpcAccess");
  });

  it("keeps what is said of the platform", async () => {
    const container = {
      resources: { limits: { cpu: "2", memory: "1Gi" }, cpuIdle: true, startupCpuBoost: true },
    };
    const template = {
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      sessionAffinity: true,
      healthCheckDisabled: true,
    };

    const read = await readBack({ ...template, containers: [{ ...CONTAINER, ...container }] });

    expect(read.template).toMatchObject({ ...template, containers: [container] });
  });
});

describe("A service's own settings (G 5.1)", () => {
  it("are read back as they were given", async () => {
    const settings = {
      customAudiences: ["https://worker.internal"],
      binaryAuthorization: { useDefault: true, breakglassJustification: "an incident" },
      iapEnabled: false,
      scaling: { minInstanceCount: 1, scalingMode: "MANUAL", manualInstanceCount: 2 },
      multiRegionSettings: { regions: ["europe-west1", "us-central1"] },
      buildConfig: { functionTarget: "handle" },
      invokerIamDisabled: true,
      defaultUriDisabled: true,
      launchStage: "BETA",
    };

    expect(await readBack({}, settings)).toMatchObject(settings);
  });

  it.each([
    { number: 0, ingress: "INGRESS_TRAFFIC_ALL" },
    { number: 1, ingress: "INGRESS_TRAFFIC_ALL" },
    { number: 2, ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" },
    { number: 3, ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" },
    { number: 4, ingress: "INGRESS_TRAFFIC_NONE" },
  ])("take $number for $ingress", async ({ number, ingress }) => {
    expect((await readBack({}, { ingress: number })).ingress).toBe(ingress);
  });

  it("refuse the ingress of v1", async () => {
    await expect(create({}, { ingress: "internal" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `Invalid value at 'ingress' (TYPE_ENUM), "internal"`,
    });
  });
});

describe("What Google fills in of a service (G 5.1)", () => {
  it("is its own, whatever a request says", async () => {
    const claimed = {
      name: `${LOCATION}/services/other`,
      uid: "u",
      generation: "9",
      observedGeneration: "9",
      createTime: "2020-01-01T00:00:00Z",
      creator: "someone@example.com",
      uri: "https://example.com",
      urls: ["https://example.com"],
      latestReadyRevision: "r",
      terminalCondition: { type: "Ready", state: "CONDITION_FAILED" },
      reconciling: true,
    };

    const service = await readBack({}, claimed);

    expect(service).toMatchObject({
      name: `${LOCATION}/services/worker`,
      generation: "1",
      observedGeneration: "1",
      reconciling: false,
      terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" },
      conditions: [{ type: "RoutesReady" }, { type: "ConfigurationsReady" }],
    });
    for (const field of ["uid", "createTime", "creator", "uri", "urls", "latestReadyRevision"]) {
      expect(service[field]).not.toEqual(claimed[field as keyof typeof claimed]);
    }
  });

  it("tells who made it from who changed it last", async () => {
    local.iam.policies.set("projects/p", {
      bindings: [
        { role: "roles/run.developer", members: ["user:developer@example.com"] },
        { role: "roles/iam.serviceAccountUser", members: ["user:developer@example.com"] },
      ],
    });
    const before = await readBack({});
    const template = { serviceAccount: RUNTIME, containers: [CONTAINER] };

    await local.call("UpdateService", WORKER, { template }, "", "user:developer@example.com");

    const after = await local.call("GetService", WORKER);
    expect(after).toMatchObject({
      creator: "owner@local-project.example",
      lastModifier: "developer@example.com",
      generation: "2",
      observedGeneration: "2",
      uid: before.uid,
      createTime: before.createTime,
    });
    expect(after.etag).not.toBe(before.etag);
  });
});
