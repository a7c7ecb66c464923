import type { Json } from "../../api/parseJson.ts";
import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const QUEUES = `POST /v2/${LOCATION}/queues`;
const TASKS = `POST /v2/${QUEUE}/tasks`;
const OTHER = "projects/other/locations/europe-west1/queues/email";
const httpRequest = { url: "https://worker.example/" };
const task = { name: `${QUEUE}/tasks/t`, httpRequest };

const NO_QUEUE =
  "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.";
const QUEUE_NAME =
  'Queue name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>".';
const BAD_ID =
  'Task ID "a.b" can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_). Task ID must between 1 and 500 characters.';
const GONE =
  "The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted.";
const REFERENCE = "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations";
const help = (description: string, field: string) => [
  {
    "@type": "type.googleapis.com/google.rpc.Help",
    links: [{ description, url: `${REFERENCE}.${field}` }],
  },
];
const consumerInvalid = [
  {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "CONSUMER_INVALID",
    domain: "googleapis.com",
    metadata: {
      consumer: "projects/other",
      containerInfo: "other",
      service: "cloudtasks.googleapis.com",
    },
  },
  {
    "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
    locale: "en-US",
    message: "Permission denied on resource project other.",
  },
  {
    "@type": "type.googleapis.com/google.rpc.Help",
    links: [
      {
        description: "Google developers console",
        url: "https://console.developers.google.com",
      },
    ],
  },
];

const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
};

interface Row {
  readonly when: string;
  /** Requests that are answered with success before. There is a queue, `email`, before all. */
  readonly after?: readonly (readonly [request: string, body?: Json])[];
  readonly request: string;
  readonly body?: Json;
  readonly status: keyof typeof HTTP_STATUS;
  readonly message: string;
  readonly details?: readonly object[];
}

/** A refusal of a queue's settings. */
const queue = (fields: Record<string, Json>, message: string): Row => ({
  when: `CreateQueue with ${JSON.stringify(fields)}`,
  request: QUEUES,
  body: { name: `${QUEUE}-2`, ...fields },
  status: "INVALID_ARGUMENT",
  message,
});

/** A refusal of a task, or of the queue that it is for. */
const create = (when: string, fields: Record<string, Json>, refusal: Partial<Row>): Row => ({
  when: `CreateTask ${when}`,
  request: TASKS,
  body: { task: { httpRequest, ...fields } },
  status: "INVALID_ARGUMENT",
  message: "",
  ...refusal,
});

const deleted = [[`DELETE /v2/${QUEUE}`]] as const;
const done = [[TASKS, { task }]] as const;

const MATRIX: readonly Row[] = [
  {
    when: "CreateQueue existing",
    request: QUEUES,
    body: { name: QUEUE },
    status: "ALREADY_EXISTS",
    message: "Queue already exists",
  },
  {
    when: "CreateQueue deleted recently",
    after: deleted,
    request: QUEUES,
    body: { name: QUEUE },
    status: "FAILED_PRECONDITION",
    message: "The queue cannot be created because a queue with this name existed too recently.",
  },
  {
    when: "CreateQueue bad name",
    request: QUEUES,
    body: { name: `${LOCATION}/queues/under_score` },
    status: "INVALID_ARGUMENT",
    message: QUEUE_NAME,
    details: help("Definition of queue name", "queues#Queue.FIELDS.name"),
  },
  {
    when: "CreateQueue unknown project",
    request: "POST /v2/projects/other/locations/europe-west1/queues",
    body: { name: OTHER },
    status: "PERMISSION_DENIED",
    message: "Permission denied on resource project other.",
    details: consumerInvalid,
  },
  ...["GET /v2/PATH", "POST /v2/PATH:pause", "DELETE /v2/PATH", "GET /v2/PATH/tasks"].map(
    (request): Row => ({
      when: `unknown project in ${request}`,
      request: request.replace("PATH", OTHER),
      status: "PERMISSION_DENIED",
      message: "Permission denied on resource project other.",
      details: consumerInvalid,
    }),
  ),
  queue(
    { rateLimits: { maxDispatchesPerSecond: -0.1 } },
    "RateLimits.maxDispatchesPerSecond cannot be negative.",
  ),
  queue(
    { rateLimits: { maxDispatchesPerSecond: 500.1 } },
    "RateLimits.maxDispatchesPerSecond must be less than or equal to 500.",
  ),
  queue(
    { rateLimits: { maxConcurrentDispatches: -1 } },
    "RateLimits.maxConcurrentDispatches cannot be negative.",
  ),
  queue(
    { rateLimits: { maxConcurrentDispatches: 5001 } },
    "RateLimits.maxConcurrentDispatches must be less than or equal to 5000.",
  ),
  queue(
    { retryConfig: { maxAttempts: -2 } },
    "RetryConfig.maxAttempts must be greater or equal to -1.",
  ),
  queue({ retryConfig: { maxDoublings: -1 } }, "RetryConfig.maxDoublings cannot be negative."),
  queue({ retryConfig: { minBackoff: "-0.001s" } }, "RetryConfig.minBackoff cannot be negative."),
  queue(
    { retryConfig: { minBackoff: "3601s" } },
    "RetryConfig.minBackoff must be less than or equal to RetryConfig.maxBackoff.",
  ),
  ...["GET /v2/Q", "POST /v2/Q:pause", "POST /v2/Q:resume", "POST /v2/Q:purge"].flatMap(
    (request): Row[] => [
      {
        when: `${request} missing`,
        request: request.replace("Q", `${QUEUE}-2`),
        status: "NOT_FOUND",
        message: NO_QUEUE,
      },
      {
        when: `${request} recently deleted`,
        after: deleted,
        request: request.replace("Q", QUEUE),
        status: "NOT_FOUND",
        message: NO_QUEUE,
      },
    ],
  ),
  create(
    "in a missing queue",
    {},
    {
      request: `POST /v2/${QUEUE}-2/tasks`,
      status: "NOT_FOUND",
      message: NO_QUEUE,
    },
  ),
  create("in a deleted queue", {}, { after: deleted, status: "NOT_FOUND", message: NO_QUEUE }),
  {
    when: "DeleteQueue missing",
    request: `DELETE /v2/${QUEUE}-2`,
    status: "NOT_FOUND",
    message: "Requested entity was not found.",
  },
  create(
    "of a live name",
    { name: task.name },
    {
      after: [[`POST /v2/${QUEUE}:pause`], [TASKS, { task }]],
      status: "ALREADY_EXISTS",
      message: "Requested entity already exists",
    },
  ),
  create(
    "of a tombstoned name",
    { name: task.name },
    {
      after: done,
      status: "ALREADY_EXISTS",
      message: "Requested entity already exists",
    },
  ),
  create(
    "bad task id",
    { name: `${QUEUE}/tasks/a.b` },
    { message: BAD_ID, details: help("Definition of task ID", "queues.tasks#Task.FIELDS.name") },
  ),
  create(
    "named in another queue",
    { name: `${LOCATION}/queues/sms/tasks/t` },
    {
      message: `The queue name from request ('${QUEUE}') must be the same as the queue name in the named task ('${LOCATION}/queues/sms').`,
    },
  ),
  create("url empty", { httpRequest: { url: "" } }, { message: "HttpRequest.url is required." }),
  create(
    "url wrong scheme",
    { httpRequest: { url: "file:///etc/passwd" } },
    {
      message: "HttpTarget.url must start with 'http://' or 'https://'.",
    },
  ),
  ...[
    "http://worker.example/x",
    "HTTP://worker.example/x",
    "http://127.0.0.1.example/",
    "http://[/",
  ].flatMap((url) =>
    [
      { oidcToken: { serviceAccountEmail: "invoker@demo.iam.gserviceaccount.com" } },
      { oauthToken: { serviceAccountEmail: "invoker@demo.iam.gserviceaccount.com" } },
    ].map((token) =>
      create(
        `to ${url} with ${Object.keys(token).join()}`,
        { httpRequest: { url, ...token } },
        {
          message:
            "HttpRequest.url must start with 'https://' for request with HttpRequest.authorization_header",
        },
      ),
    ),
  ),
  create(
    "dispatchDeadline too short",
    { dispatchDeadline: "14s" },
    {
      message: "Task.dispatchDeadline must be between [15s, 30m].",
    },
  ),
  create(
    "dispatchDeadline too long",
    { dispatchDeadline: "1801s" },
    {
      message: "Task.dispatchDeadline must be between [15s, 30m].",
    },
  ),
  create(
    "scheduleTime too far ahead",
    { scheduleTime: "2026-12-24T12:00:00.000001Z" },
    {
      message:
        "The Task.scheduleTime, 2026-12-24T04:00:00.000001-08:00, is too far in the future. Schedule time must be no more than 720h in the future.",
    },
  ),
  ...["GET /v2/NAME", "DELETE /v2/NAME", "POST /v2/NAME:run"].map((request): Row => ({
    when: `${request} never existed`,
    request: request.replace("NAME", task.name),
    status: "NOT_FOUND",
    message: "Requested entity was not found.",
  })),
  {
    when: "GetTask completed recently",
    after: done,
    request: `GET /v2/${task.name}`,
    status: "NOT_FOUND",
    message: GONE,
  },
  {
    when: "GetTask deleted recently",
    after: [[`POST /v2/${QUEUE}:pause`], [TASKS, { task }], [`DELETE /v2/${task.name}`]],
    request: `GET /v2/${task.name}`,
    status: "NOT_FOUND",
    message: GONE,
  },
];

describe("The error matrix over REST (G 1.8)", () => {
  it.each(MATRIX)("$when is $status", async ({ after = [], request, body, ...expected }) => {
    const tasks = startTasks();
    const { ok, call } = localApi(tasks.methods);
    await tasks.createQueue();
    for (const [before, content] of after) await ok(before, content);
    await tasks.settle();

    const { status, message, details } = expected;
    const code = HTTP_STATUS[status];
    expect(await call(request, body)).toEqual({
      status: code,
      body: { error: { code, message, status, ...(details && { details }) } },
    });
  });

  it("lets a negative maxBurstSize pass, which is output only", async () => {
    const { ok } = localApi(startTasks().methods);

    const { rateLimits } = await ok(QUEUES, { name: QUEUE, rateLimits: { maxBurstSize: -1 } });

    expect(rateLimits.maxBurstSize).toBe(100);
  });

  // An exception of the local cloud's own: a worker on this machine has no certificate.
  it.each(["http://localhost:8080/x", "http://127.0.0.1/", "http://[::1]:1/"])(
    "lets a token pass to %s",
    async (url) => {
      const tasks = startTasks();
      const { ok } = localApi(tasks.methods);
      await tasks.createQueue();
      const oidcToken = { serviceAccountEmail: "invoker@demo.iam.gserviceaccount.com" };

      await ok(TASKS, { task: { httpRequest: { url, oidcToken } } });
      await tasks.settle();

      expect(tasks.requests.map(({ headers }) => headers["Authorization"])).toEqual([
        `Bearer id:invoker@demo.iam.gserviceaccount.com:${url}`,
      ]);
    },
  );

  it("lets a URL with a bad escape pass, which fails at dispatch", async () => {
    const tasks = startTasks();
    const { ok } = localApi(tasks.methods);
    const deliveries = tasks.record("deliveryFinished");
    await tasks.createQueue();

    const created = await ok(TASKS, { task: { httpRequest: { url: "http://x/%zz" } } });
    await tasks.settle();

    expect(created.httpRequest.url).toBe("http://x/%zz");
    expect([deliveries[0]?.status, tasks.requests.length]).toEqual([0, 0]);
  });
});
