import { startTokenCloud, type TokenCloud } from "../iam/tokenCloud.ts";

/*
 * What the provider asks for besides what was recorded (providerCalls.test.ts): the updates of G 11.3. Each resource
 * is made and changed, and reads back what the change says.
 */

const P = "local-project";
const L = `projects/${P}/locations/europe-west1`;
const QUEUE = `${L}/queues/email`;
const JOB = `${L}/jobs/nightly`;
const ACCOUNT = `runtime@${P}.iam.gserviceaccount.com`;
const REPOSITORY = `${L}/repositories/images`;
const SECRET = `projects/${P}/secrets/smtp`;
const SERVICE = `${L}/services/worker`;
const IMAGE = `europe-west1-docker.pkg.dev/${P}/images/worker@sha256:${"1".repeat(64)}`;
const METRIC = { name: "a/b", filter: "severity=ERROR", metricDescriptor: { metricKind: "DELTA" } };
const job = {
  schedule: "0 4 * * *",
  timeZone: "Etc/UTC",
  httpTarget: { uri: "https://worker.example/", httpMethod: "POST" },
};
const condition = {
  displayName: "depth",
  conditionThreshold: { filter: 'metric.type="a"', comparison: "COMPARISON_GT", duration: "60s" },
};

type Step = readonly [request: string, body?: object];

interface Row {
  readonly resource: string;
  readonly create: Step;
  /** `NAME` is the name that its creation answered, `ETAG` the etag that it reads back. */
  readonly update: readonly Step[];
  readonly read: string;
  readonly shows: object;
}

const ROWS: readonly Row[] = [
  {
    resource: "google_cloud_tasks_queue, its settings",
    create: [`POST /v2/${L}/queues?alt=json`, { name: QUEUE }],
    update: [
      [
        `PATCH /v2/${QUEUE}?alt=json&updateMask=rateLimits,retryConfig,stackdriverLoggingConfig,httpTarget`,
        {
          rateLimits: { maxDispatchesPerSecond: 7 },
          retryConfig: { maxAttempts: 3 },
          stackdriverLoggingConfig: { samplingRatio: 1 },
          httpTarget: { httpMethod: "PUT" },
        },
      ],
    ],
    read: `/v2/${QUEUE}`,
    shows: {
      rateLimits: { maxDispatchesPerSecond: 7, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 3, minBackoff: "0.100s" },
      stackdriverLoggingConfig: { samplingRatio: 1 },
      httpTarget: { httpMethod: "PUT" },
      state: "RUNNING",
    },
  },
  {
    resource: "google_cloud_tasks_queue, its desired_state",
    create: [`POST /v2/${L}/queues?alt=json`, { name: QUEUE }],
    update: [[`POST /v2/${QUEUE}:pause?alt=json`], [`POST /v2/${QUEUE}:resume?alt=json`, {}]],
    read: `/v2/${QUEUE}`,
    shows: { state: "RUNNING" },
  },
  {
    resource: "google_cloud_scheduler_job",
    create: [`POST /v1/${L}/jobs?alt=json`, { name: JOB, description: "old", ...job }],
    update: [
      [`POST /v1/${JOB}:resume?alt=json`, {}],
      [`PATCH /v1/${JOB}?alt=json`, { ...job, schedule: "0 5 * * *" }],
      [`POST /v1/${JOB}:pause?alt=json`, {}],
    ],
    read: `/v1/${JOB}`,
    shows: { schedule: "0 5 * * *", state: "PAUSED", httpTarget: job.httpTarget },
  },
  {
    resource: "google_service_account",
    create: [`POST /v1/projects/${P}/serviceAccounts?alt=json`, { accountId: "runtime" }],
    update: [
      [
        `PATCH /v1/projects/${P}/serviceAccounts/${ACCOUNT}?alt=json&prettyPrint=false`,
        { serviceAccount: { displayName: "Runs it" }, updateMask: "displayName" },
      ],
      [`POST /v1/projects/${P}/serviceAccounts/${ACCOUNT}:disable?alt=json`, {}],
    ],
    read: `/v1/projects/${P}/serviceAccounts/${ACCOUNT}`,
    shows: { displayName: "Runs it", disabled: true },
  },
  {
    resource: "google_project_service",
    create: [`POST /v1/projects/${P}/services/run.googleapis.com:enable?alt=json`, {}],
    update: [
      ["GET /v1beta1/operations/finished.DONE_OPERATION?alt=json"],
      [
        `POST /v1/projects/${P}/services/run.googleapis.com:disable?alt=json`,
        { disableDependentServices: true },
      ],
    ],
    read: `/v1/projects/${P}/services/run.googleapis.com`,
    shows: { state: "DISABLED" },
  },
  {
    resource: "google_project_iam_member",
    create: [`POST /v1/projects/${P}:getIamPolicy?alt=json`, { options: {} }],
    update: [
      [
        `POST /v1/projects/${P}:setIamPolicy?alt=json`,
        {
          policy: {
            etag: "ACAB",
            bindings: [{ role: "roles/cloudtasks.viewer", members: ["user:a@example.com"] }],
          },
          updateMask: "bindings,etag,auditConfigs",
        },
      ],
      [`POST /v1/projects/${P}:getIamPolicy?alt=json`],
    ],
    read: `/v1/projects/${P}`,
    shows: { lifecycleState: "ACTIVE" },
  },
  {
    resource: "google_artifact_registry_repository",
    create: [`POST /v1/${L}/repositories?alt=json&repository_id=images`, { format: "DOCKER" }],
    update: [
      ["GET /v1/NAME?alt=json"],
      [`PATCH /v1/${REPOSITORY}?alt=json&updateMask=description`, { description: "new" }],
    ],
    read: `/v1/${REPOSITORY}`,
    shows: { format: "DOCKER", description: "new" },
  },
  {
    resource: "google_secret_manager_secret",
    create: [
      `POST /v1/projects/${P}/secrets?alt=json&secretId=smtp`,
      { replication: { automatic: {} } },
    ],
    update: [[`PATCH /v1/${SECRET}?alt=json&updateMask=labels`, { labels: { a: "b" } }]],
    read: `/v1/${SECRET}`,
    shows: { labels: { a: "b" }, replication: { automatic: {} } },
  },
  {
    resource: "google_secret_manager_secret_version",
    create: [
      `POST /v1/projects/${P}/secrets?alt=json&secretId=smtp`,
      { replication: { automatic: {} } },
    ],
    update: [
      [`POST /v1/${SECRET}:addVersion?alt=json`, { payload: { data: "aGk=" } }],
      [`POST /v1/${SECRET}/versions/1:disable?alt=json`],
      [`POST /v1/${SECRET}/versions/1:enable?alt=json`],
      [`GET /v1/${SECRET}/versions/1?alt=json`],
    ],
    read: `/v1/${SECRET}/versions/1:access`,
    shows: { payload: { data: "aGk=" } },
  },
  {
    resource: "google_cloud_run_v2_service",
    create: [
      `POST /v2/${L}/services?alt=json&serviceId=worker`,
      { labels: { a: "b" }, template: { containers: [{ image: IMAGE }] } },
    ],
    update: [
      ["GET /v2/NAME?alt=json"],
      [
        `PATCH /v2/${SERVICE}?alt=json`,
        { ingress: "INGRESS_TRAFFIC_ALL", template: { containers: [{ image: IMAGE }] } },
      ],
    ],
    read: `/v2/${SERVICE}`,
    shows: { name: SERVICE, ingress: "INGRESS_TRAFFIC_ALL" },
  },
  {
    resource: "google_monitoring_alert_policy",
    create: [
      `POST /v3/projects/${P}/alertPolicies?alt=json`,
      { displayName: "old", combiner: "OR", conditions: [condition] },
    ],
    update: [
      [
        "PATCH /v3/NAME?alt=json&updateMask=displayName,conditions",
        { displayName: "new", combiner: "OR", conditions: [condition] },
      ],
    ],
    read: "/v3/NAME",
    shows: { displayName: "new", combiner: "OR", conditions: [condition] },
  },
  {
    resource: "google_monitoring_dashboard",
    create: [
      `POST /v1/projects/${P}/dashboards?alt=json`,
      { displayName: "old", mosaicLayout: { columns: 12, tiles: [] } },
    ],
    update: [
      [
        "PATCH /v1/NAME?alt=json",
        { displayName: "new", etag: "ETAG", mosaicLayout: { columns: 24, tiles: [] } },
      ],
    ],
    read: "/v1/NAME",
    shows: { displayName: "new", mosaicLayout: { columns: 24 } },
  },
  {
    resource: "google_logging_metric",
    create: [`POST /v2/projects/${P}/metrics?alt=json`, METRIC],
    update: [
      [
        `PUT /v2/projects/${P}/metrics/a%2Fb?alt=json`,
        { ...METRIC, description: "new", filter: "severity=WARNING" },
      ],
    ],
    read: `/v2/projects/${P}/metrics/a%2Fb`,
    shows: { ...METRIC, description: "new", filter: "severity=WARNING" },
  },
  {
    resource: "google_logging_project_exclusion",
    create: [
      `POST /v2/projects/${P}/exclusions?alt=json&prettyPrint=false`,
      { name: "quiet", description: "old", filter: "severity<INFO" },
    ],
    update: [
      [
        `PATCH /v2/projects/${P}/exclusions/quiet?alt=json&prettyPrint=false&updateMask=description%2Cdisabled`,
        { description: "", disabled: true },
      ],
    ],
    read: `/v2/projects/${P}/exclusions/quiet`,
    shows: { name: "quiet", filter: "severity<INFO", disabled: true },
  },
  {
    resource: "google_storage_bucket",
    create: [`POST /v1/b?alt=json&prettyPrint=false&project=${P}`, { name: "payloads" }],
    update: [["PATCH /v1/b/payloads?alt=json&prettyPrint=false", { labels: { a: "b" } }]],
    read: "/v1/b/payloads",
    shows: { name: "payloads", labels: { a: "b" } },
  },
];

let cloud: TokenCloud;
beforeAll(async () => {
  cloud = await startTokenCloud({ project: P });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const ok = async (request: string, body?: object) => {
  const reply = await cloud.call(request, body);
  expect([request, reply.status, reply.body]).toEqual([request, 200, reply.body]);
  return reply.body;
};

describe("An update of the provider's (G 11.3)", () => {
  it.each(ROWS)("is answered and read back: $resource", async ({ create, update, read, shows }) => {
    const made = await ok(...create);
    const named = (text: string): string =>
      text.replaceAll("NAME", made.name ?? "").replaceAll("ETAG", made.etag ?? "");

    for (const [request, body] of update) {
      await ok(named(request), body && (JSON.parse(named(JSON.stringify(body))) as object));
    }

    expect(await ok(`GET ${named(read)}?alt=json`)).toMatchObject(shows);
  });

  it("without a mask puts a whole service or job in the place of the old one", async () => {
    for (const resource of ["google_cloud_run_v2_service", "google_cloud_scheduler_job"]) {
      await cloud.reset();
      const { create, update, read } = ROWS.find((row) => row.resource === resource)!;
      const [gone] = Object.keys(create[1]!).filter((key) => /labels|description/.test(key));
      await ok(...create);
      expect(await ok(`GET ${read}`)).toHaveProperty(gone!);

      await ok(...update.find(([request]) => request.startsWith("PATCH"))!);

      expect(await ok(`GET ${read}`)).not.toHaveProperty(gone!);
    }
  });

  it("of a policy is refused where its etag is an older one", async () => {
    const path = `/v1/projects/${P}`;
    const { etag } = await ok(`POST ${path}:getIamPolicy`);
    await ok(`POST ${path}:setIamPolicy`, { policy: { etag, bindings: [] } });

    expect(
      await cloud.call(`POST ${path}:setIamPolicy`, { policy: { etag, bindings: [] } }),
    ).toMatchObject({ status: 409, body: { error: { status: "ABORTED" } } });
  });
});

describe("Operations (G 11.2, 12.1)", () => {
  it.each(["google_cloud_run_v2_service", "google_artifact_registry_repository"])(
    "have ended when they are answered, and can be asked for: %s",
    async (resource) => {
      const { create } = ROWS.find((row) => row.resource === resource)!;
      const version = create[0].split("/")[1];

      const operation = await ok(...create);

      expect(operation).toMatchObject({ done: true, response: expect.anything() });
      expect(await ok(`GET /${version}/${operation.name}`)).toEqual(operation);
    },
  );
});
