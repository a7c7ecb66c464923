import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const NOT_THERE =
  "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.";
const BAD_NAME =
  'Queue name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>".';
const NOT_FOUND = "Requested entity was not found.";

describe("Cloud Tasks refuses in Google's words (G 1.8)", () => {
  it.each([
    {
      rateLimits: { maxDispatchesPerSecond: -1 },
      says: "RateLimits.maxDispatchesPerSecond cannot be negative.",
    },
    {
      rateLimits: { maxDispatchesPerSecond: 501 },
      says: "RateLimits.maxDispatchesPerSecond must be less than or equal to 500.",
    },
    {
      rateLimits: { maxConcurrentDispatches: -1 },
      says: "RateLimits.maxConcurrentDispatches cannot be negative.",
    },
    {
      rateLimits: { maxConcurrentDispatches: 5001 },
      says: "RateLimits.maxConcurrentDispatches must be less than or equal to 5000.",
    },
    {
      retryConfig: { maxAttempts: -2 },
      says: "RetryConfig.maxAttempts must be greater or equal to -1.",
    },
    { retryConfig: { maxDoublings: -1 }, says: "RetryConfig.maxDoublings cannot be negative." },
    { retryConfig: { minBackoff: "-1s" }, says: "RetryConfig.minBackoff cannot be negative." },
    {
      retryConfig: { minBackoff: "10s", maxBackoff: "9s" },
      says: "RetryConfig.minBackoff must be less than or equal to RetryConfig.maxBackoff.",
    },
    {
      httpTarget: { uriOverride: { host: "" } },
      says: "HttpTarget.uriOverride.host '' is not a host name.",
    },
    {
      httpTarget: { oidcToken: { serviceAccountEmail: "a@b" } },
      says: "HttpTarget.oidcToken requires serviceAccountEmail and audience.",
    },
    { fast: true, says: 'Invalid JSON payload received. Unknown name "fast": Cannot find field.' },
  ])("a queue: $says", async ({ says, ...fields }) => {
    const cloud = startTasks();

    await expect(cloud.createQueue(fields)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: says,
    });
    expect(cloud.queueExists(QUEUE)).toBe(false);
  });

  it.each([
    "",
    "email",
    "projects/demo/locations/l/queues/under_score",
    `${LOCATION}/queues/${"q".repeat(101)}`,
  ])("a queue named '%s'", async (name) => {
    const cloud = startTasks();

    await expect(cloud.call("CreateQueue", LOCATION, { name })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: BAD_NAME,
      details: [{ "@type": "type.googleapis.com/google.rpc.Help" }],
    });
  });

  it("a queue that is there already", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    await expect(cloud.createQueue()).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: "Queue already exists",
    });
  });

  it("a queue in another project", async () => {
    const cloud = startTasks();
    const name = "projects/other/locations/l/queues/q";

    await expect(
      cloud.call("CreateQueue", "projects/other/locations/l", { name }),
    ).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: "Permission denied on resource project other.",
      details: [{ reason: "CONSUMER_INVALID" }, { locale: "en-US" }, {}],
    });
  });

  it.each(["GetQueue", "PauseQueue", "ResumeQueue", "PurgeQueue", "CreateTask", "ListTasks"])(
    "%s on a queue that is not there, or no longer",
    async (method) => {
      const cloud = startTasks();
      const refusal = { code: "NOT_FOUND", message: NOT_THERE };

      await expect(cloud.call(method, QUEUE, {})).rejects.toMatchObject(refusal);
      await cloud.createQueue();
      await cloud.call("DeleteQueue", QUEUE);
      await expect(cloud.call(method, QUEUE, {})).rejects.toMatchObject(refusal);
    },
  );

  it("DeleteQueue of a queue that is not there", async () => {
    await expect(startTasks().call("DeleteQueue", QUEUE)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: NOT_FOUND,
    });
  });

  it.each(["GetTask", "DeleteTask", "RunTask"])("%s of a task that never was", async (method) => {
    const cloud = startTasks();
    await cloud.createQueue();

    await expect(cloud.call(method, `${QUEUE}/tasks/none`, {})).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: NOT_FOUND,
    });
  });

  const url = "http://x/";
  it.each([
    { task: { httpRequest: {} }, says: "HttpRequest.url is required." },
    { task: {}, says: "Task.payload_type is not set." },
    { task: { httpRequest: null }, says: "Task.payload_type is not set." },
    {
      task: { httpRequest: { url: "ftp://x/" } },
      says: "HttpTarget.url must start with 'http://' or 'https://'.",
    },
    {
      task: { httpRequest: { url: `http://x/${"a".repeat(2083)}` } },
      says: "HttpRequest.url has 2092 characters once it is encoded; at most 2083 are allowed.",
    },
    {
      task: { httpRequest: { url, httpMethod: "GET", body: "AA==" } },
      says: "HttpRequest.body is not allowed for HTTP method GET.",
    },
    {
      task: { httpRequest: { url, headers: { "X-A": "b\r\nHost: evil" } } },
      says: "HttpRequest.headers: The value of header 'X-A' holds U+000D; a header takes the printable characters of ISO-8859-1, and tabs.",
    },
    {
      task: { httpRequest: { url, headers: { "a b": "c" } } },
      says: "HttpRequest.headers: Header name 'a b' is not valid.",
    },
    {
      task: { httpRequest: { url, headers: { a: "b".repeat(80 * 1024) } } },
      says: "HttpRequest.headers take 81949 bytes; they must take less than 80 KB.",
    },
    {
      task: { httpRequest: { url }, dispatchDeadline: "14.999s" },
      says: "Task.dispatchDeadline must be between [15s, 30m].",
    },
    {
      task: { httpRequest: { url }, dispatchDeadline: "1801s" },
      says: "Task.dispatchDeadline must be between [15s, 30m].",
    },
    {
      task: { httpRequest: { url }, scheduleTime: "2026-12-24T12:00:01Z" },
      says: "The Task.scheduleTime, 2026-12-24T04:00:01-08:00, is too far in the future. Schedule time must be no more than 720h in the future.",
    },
    {
      task: { httpRequest: { url }, name: `${QUEUE}/tasks/a.b` },
      says: 'Task ID "a.b" can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_). Task ID must between 1 and 500 characters.',
    },
    {
      task: { httpRequest: { url }, name: `${LOCATION}/queues/other/tasks/a` },
      says: `The queue name from request ('${QUEUE}') must be the same as the queue name in the named task ('${LOCATION}/queues/other').`,
    },
  ])("a task: $says", async ({ task, says }) => {
    const cloud = startTasks();
    await cloud.createQueue();

    await expect(cloud.call("CreateTask", QUEUE, { task })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: says,
    });
    expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
  });

  it("accepts a schedule 30 days ahead to the second, and one in the past as now", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    const ahead = await cloud.createTask({ scheduleTime: "2026-12-24T12:00:00Z" });
    const past = await cloud.createTask({ scheduleTime: "2020-01-01T00:00:00Z" });

    expect(ahead["scheduleTime"]).toBe("2026-12-24T12:00:00Z");
    expect(past["scheduleTime"]).toBe("2026-11-24T12:00:00Z");
  });

  it("a task's name that is taken", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    const task = { name: `${QUEUE}/tasks/t`, scheduleTime: "2026-11-25T12:00:00Z" };
    await cloud.createTask(task);

    await expect(cloud.createTask(task)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: "Requested entity already exists",
    });
  });
});

describe("The methods of Cloud Tasks", () => {
  it.each(["/v2/", "/v2beta3/"])(
    "name what permission they need on what: %s (G 9.1)",
    (version) => {
      const { methods } = startTasks();
      const call = {
        params: { project: "demo", location: "europe-west1", queue: "email", task: "t" },
        query: new URLSearchParams(),
        body: undefined,
        member: "user:me",
      };

      const table = new Map(
        methods
          .filter(({ http }) => http.includes(version))
          .map(({ name, permission }) => [name, [permission?.[0], permission?.[1](call)]]),
      );

      expect([...table].map(([name, needed]) => [name, ...needed])).toEqual([
        ["CreateQueue", "cloudtasks.queues.create", LOCATION],
        ["GetQueue", "cloudtasks.queues.get", QUEUE],
        ["ListQueues", "cloudtasks.queues.list", LOCATION],
        ["UpdateQueue", "cloudtasks.queues.update", QUEUE],
        ["DeleteQueue", "cloudtasks.queues.delete", QUEUE],
        ["PurgeQueue", "cloudtasks.queues.purge", QUEUE],
        ["PauseQueue", "cloudtasks.queues.pause", QUEUE],
        ["ResumeQueue", "cloudtasks.queues.resume", QUEUE],
        ["CreateTask", "cloudtasks.tasks.create", QUEUE],
        ["ListTasks", "cloudtasks.tasks.list", QUEUE],
        ["GetTask", "cloudtasks.tasks.get", QUEUE],
        ["DeleteTask", "cloudtasks.tasks.delete", QUEUE],
        ["RunTask", "cloudtasks.tasks.run", QUEUE],
        ["BufferTask", "cloudtasks.tasks.create", QUEUE],
        ["ListLocations", "cloudtasks.locations.list", "projects/demo"],
        ["GetLocation", "cloudtasks.locations.get", LOCATION],
      ]);
    },
  );
});
