import type { Json } from "../../api/parseJson.ts";

/* Good requests, which tests spoil. */

const ACCOUNT = "runtime@demo.iam.gserviceaccount.com";
const LOCATION = "projects/demo/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/email`;
const DIGEST = `europe-west1-docker.pkg.dev/demo/images/worker@sha256:${"0".repeat(64)}`;

/** What is there in each collection of a path. Ids that the cloud gives itself are noted as it gives them. */
export const IDS: Readonly<Record<string, string>> = {
  projects: "demo",
  locations: "europe-west1",
  queues: "email",
  tasks: "first",
  jobs: "nightly",
  services: "worker",
  apis: "run.googleapis.com",
  secrets: "smtp",
  versions: "1",
  serviceAccounts: ACCOUNT,
  repositories: "images",
  metrics: "letters",
  exclusions: "quiet",
  metricDescriptors: "cloudtasks.googleapis.com/queue/depth",
  b: "state",
};

/** What a method must find in its query, by the method's name; without it, it looks no further. */
export const QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  BatchGetServices: { names: "projects/demo/services/run.googleapis.com" },
  CreateBucket: { project: "demo" },
  CreateRepository: { repositoryId: "FRESH" },
  CreateSecret: { secretId: "FRESH" },
  CreateService: { serviceId: "FRESH" },
  ListBuckets: { project: "demo" },
  ListTimeSeries: {
    filter: 'metric.type="cloudtasks.googleapis.com/queue/depth"',
    "interval.endTime": "2026-11-24T12:00:00Z",
    "interval.startTime": "2026-11-24T11:00:00Z",
  },
};

const HTTP_TARGET: Json = {
  uriOverride: {
    scheme: "HTTPS",
    host: "worker.example",
    port: "8443",
    pathOverride: { path: "/tasks/a" },
    queryOverride: { queryParams: "a=1" },
    uriOverrideEnforceMode: "ALWAYS",
  },
  httpMethod: "POST",
  headerOverrides: [{ header: { key: "x-a", value: "1" } }],
  oidcToken: { serviceAccountEmail: ACCOUNT, audience: "https://worker.example" },
};

const QUEUE_FIELDS: Json = {
  name: `${LOCATION}/queues/FRESH`,
  rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 10, maxConcurrentDispatches: 3 },
  retryConfig: {
    maxAttempts: 3,
    maxRetryDuration: "10s",
    minBackoff: "0.100s",
    maxBackoff: "3600s",
    maxDoublings: 4,
  },
  stackdriverLoggingConfig: { samplingRatio: 0.5 },
  httpTarget: HTTP_TARGET,
  state: "RUNNING",
  purgeTime: "2026-11-24T12:00:00Z",
};

const TASK: Json = {
  task: {
    httpRequest: {
      url: "https://worker.example/a",
      httpMethod: "PUT",
      headers: { "content-type": "text/plain", "x-a": "1" },
      body: "aGVsbG8=",
      oidcToken: { serviceAccountEmail: ACCOUNT, audience: "https://worker.example" },
    },
    scheduleTime: "2026-11-25T12:00:00.5Z",
    dispatchDeadline: "20s",
    retryConfig: { maxAttempts: 2, minBackoff: "1s" },
    view: "BASIC",
  },
  responseView: "FULL",
};

const JOB = {
  name: `${LOCATION}/jobs/FRESH`,
  description: "A job.",
  schedule: "0 3 * * *",
  timeZone: "Europe/Zurich",
  attemptDeadline: "30s",
  httpTarget: {
    uri: "https://worker.example/a",
    httpMethod: "POST",
    headers: { "x-a": "1" },
    body: "aGVsbG8=",
    oidcToken: { serviceAccountEmail: ACCOUNT, audience: "https://worker.example" },
  },
  retryConfig: {
    retryCount: 2,
    maxRetryDuration: "10s",
    minBackoffDuration: "1s",
    maxBackoffDuration: "5s",
    maxDoublings: 2,
  },
};

const PROBE: Json = {
  initialDelaySeconds: 1,
  timeoutSeconds: 2,
  periodSeconds: 3,
  failureThreshold: 4,
  httpGet: { path: "/", port: 8080, httpHeaders: [{ name: "x-a", value: "1" }] },
};

const SERVICE: Json = {
  labels: { team: "a" },
  annotations: { "a/b": "c" },
  ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
  launchStage: "GA",
  customAudiences: ["https://worker.example"],
  template: {
    revision: "worker-1",
    timeout: "60s",
    serviceAccount: ACCOUNT,
    maxInstanceRequestConcurrency: 10,
    scaling: { minInstanceCount: 1, maxInstanceCount: 2 },
    containers: [
      {
        image: DIGEST,
        command: ["node"],
        args: ["main.js"],
        env: [
          { name: "A", value: "1" },
          {
            name: "B",
            valueSource: { secretKeyRef: { secret: "projects/demo/secrets/smtp", version: "1" } },
          },
        ],
        resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true },
        ports: [{ containerPort: 8080 }],
        startupProbe: PROBE,
        livenessProbe: PROBE,
      },
    ],
    volumes: [{ name: "a", emptyDir: {} }],
  },
  traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100, tag: "a" }],
  scaling: { minInstanceCount: 1 },
};

const POLICY: Json = {
  policy: {
    version: 3,
    etag: "",
    bindings: [
      {
        role: "roles/viewer",
        members: [`serviceAccount:${ACCOUNT}`, "user:a@example.com"],
        condition: { title: "t", expression: "true" },
      },
    ],
  },
  updateMask: "bindings",
};

const ALERT_POLICY: Json = {
  displayName: "Queue is stuck",
  documentation: { content: "Look.", mimeType: "text/markdown" },
  userLabels: { a: "b" },
  combiner: "OR",
  enabled: true,
  notificationChannels: ["projects/demo/notificationChannels/1"],
  conditions: [
    {
      displayName: "c",
      conditionThreshold: { filter: "a", comparison: "COMPARISON_GT", thresholdValue: 1.5 },
    },
  ],
};

/** Stands in a request for an id that nothing else has. */
export const FRESH = /FRESH/g;

/** The body of a good request, by the name of its method; that of other methods is empty. */
export const BODIES: Readonly<Record<string, Json>> = {
  CreateQueue: QUEUE_FIELDS,
  UpdateQueue: QUEUE_FIELDS,
  CreateTask: TASK,
  RunTask: { responseView: "FULL" },
  CreateJob: JOB,
  UpdateJob: JOB,
  CreateService: SERVICE,
  UpdateService: SERVICE,
  SetIamPolicy: POLICY,
  TestIamPermissions: { permissions: ["cloudtasks.queues.get", "a.b.c"] },
  CreateServiceAccount: {
    accountId: "FRESH",
    serviceAccount: { displayName: "Runtime", description: "Runs the worker." },
  },
  PatchServiceAccount: { serviceAccount: { displayName: "Other" }, updateMask: "displayName" },
  GenerateAccessToken: {
    scope: ["https://www.googleapis.com/auth/cloud-platform"],
    lifetime: "60s",
  },
  GenerateIdToken: { audience: "https://worker.example", includeEmail: true },
  CreateSecret: { replication: { automatic: {} }, labels: { a: "b" }, versionAliases: { a: "1" } },
  UpdateSecret: { labels: { a: "c" }, versionAliases: { a: "1" }, etag: "" },
  AddSecretVersion: { payload: { data: "c2VjcmV0" } },
  CreateRepository: { format: "DOCKER", labels: { a: "b" }, cleanupPolicies: { a: { id: "a" } } },
  UpdateRepository: { description: "Images.", labels: { a: "c" } },
  BatchEnableServices: { serviceIds: ["run.googleapis.com"] },
  CreateAlertPolicy: ALERT_POLICY,
  UpdateAlertPolicy: ALERT_POLICY,
  CreateNotificationChannel: { type: "email", labels: { email_address: "a@example.com" } },
  UpdateNotificationChannel: { displayName: "Operators", enabled: false },
  CreateDashboard: {
    displayName: "Queues",
    gridLayout: { columns: "2", widgets: [{ title: "a", text: { content: "b" } }] },
  },
  UpdateDashboard: { displayName: "Queues", etag: "", mosaicLayout: { columns: 12, tiles: [] } },
  CreateLogMetric: {
    name: "FRESH",
    filter: 'jsonPayload.a="b" OR textPayload=~"^(?:a|b)"',
    labelExtractors: { a: "EXTRACT(labels.a)", b: 'REGEXP_EXTRACT(trace, "(a+)")' },
    metricDescriptor: { labels: [{ key: "a" }, { key: "b", valueType: "STRING" }] },
  },
  CreateExclusion: { name: "FRESH", description: "Less.", filter: 'log_id("a") AND severity<INFO' },
  UpdateExclusion: { filter: "httpRequest.status<300", disabled: true },
  UpdateLogMetric: { name: "letters", filter: "severity>=ERROR", bucketOptions: {} },
  ListLogEntries: {
    resourceNames: ["projects/demo"],
    filter: '(severity>=INFO AND NOT labels."a.b":*) OR jsonPayload.n>1',
    orderBy: "timestamp desc",
    pageSize: 10,
  },
  WriteLogEntries: {
    logName: "projects/demo/logs/a",
    resource: { type: "global", labels: { a: "b" } },
    labels: { a: "b" },
    entries: [
      { textPayload: "a", severity: "INFO", timestamp: "2026-11-24T12:00:00Z" },
      { jsonPayload: { n: 1 }, httpRequest: { status: 200, latency: "1s", requestSize: "1" } },
    ],
  },
  CreateBucket: { name: "FRESH", location: "EU", versioning: { enabled: true }, labels: {} },
  UpdateBucket: { labels: { a: null, b: "c" }, lifecycle: { rule: [{ action: {} }] } },
};

/** What every test finds, in the order of its making. */
export const EXISTING: readonly (readonly [request: string, body: Json])[] = [
  ["POST /v1/projects/demo/serviceAccounts", { accountId: "runtime" }],
  [`POST /v2/${LOCATION}/queues`, { name: QUEUE, rateLimits: { maxDispatchesPerSecond: 1 } }],
  [`POST /v2/${QUEUE}:pause`, {}],
  [
    `POST /v2/${QUEUE}/tasks`,
    { task: { name: `${QUEUE}/tasks/first`, httpRequest: { url: "https://worker.example/" } } },
  ],
  [`POST /v1/${LOCATION}/jobs`, { ...JOB, name: `${LOCATION}/jobs/nightly` }],
  [`POST /v2/${LOCATION}/services?serviceId=worker`, SERVICE],
  ["POST /v1/projects/demo/secrets?secretId=smtp", { replication: { automatic: {} } }],
  ["POST /v1/projects/demo/secrets/smtp:addVersion", { payload: { data: "c2VjcmV0" } }],
  [`POST /v1/${LOCATION}/repositories?repositoryId=images`, { format: "DOCKER" }],
  ["POST /v2/projects/demo/metrics", { name: "letters", filter: "a" }],
  ["POST /v2/projects/demo/exclusions", { name: "quiet", filter: "a" }],
  ["POST /storage/v1/b?project=demo", { name: "state" }],
  ["POST /v3/projects/demo/alertPolicies", ALERT_POLICY],
  ["POST /v3/projects/demo/notificationChannels", { type: "email" }],
  ["POST /v1/projects/demo/dashboards", { displayName: "Queues", gridLayout: {} }],
];
