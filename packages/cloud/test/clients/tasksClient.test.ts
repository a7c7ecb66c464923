import { v2 } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { LOCATION, ownerClient, startClientCloud, type ClientCloud } from "./clientCloud.ts";

const QUEUE = `${LOCATION}/queues/email`;
const NO_QUEUE =
  "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.";

// google-cloud.md 10, #32: all that a client needs is an address.
describe.each([
  {
    transport: "gRPC",
    options: ({ cloud }: ClientCloud) => ({
      port: cloud.grpcPort,
      sslCreds: credentials.createInsecure(),
    }),
  },
  {
    transport: "REST",
    options: ({ port }: ClientCloud) => ({
      port,
      protocol: "http",
      fallback: true,
    }),
  },
])("@google-cloud/tasks over $transport", ({ options }) => {
  let local: ClientCloud;
  let client: v2.CloudTasksClient;

  beforeEach(async () => {
    local = await startClientCloud();
    client = new v2.CloudTasksClient({
      apiEndpoint: "127.0.0.1",
      projectId: "demo",
      // A class of the same version, with private fields of its own.
      ...({ ...options(local), authClient: ownerClient() } as object),
    });
  });
  afterEach(async () => {
    await client.close();
    await local[Symbol.asyncDispose]();
  });

  const createQueue = async (id = "email") => {
    const [queue] = await client.createQueue({
      parent: LOCATION,
      queue: { name: `${LOCATION}/queues/${id}`, rateLimits: { maxDispatchesPerSecond: 5 } },
    });
    return queue;
  };

  it("creates, reads, changes and deletes a queue", async () => {
    expect(await createQueue()).toMatchObject({
      name: QUEUE,
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 10, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 100, maxDoublings: 16, minBackoff: { nanos: 100_000_000 } },
      state: "RUNNING",
      purgeTime: null,
    });

    const [updated] = await client.updateQueue({
      queue: {
        name: QUEUE,
        retryConfig: { maxAttempts: 3 },
        rateLimits: { maxDispatchesPerSecond: 9 },
      },
      updateMask: { paths: ["retry_config.max_attempts"] },
    });
    expect(updated).toMatchObject({
      rateLimits: { maxDispatchesPerSecond: 5 },
      retryConfig: { maxAttempts: 3, maxDoublings: 16 },
    });
    const [read] = await client.getQueue({ name: QUEUE });
    expect(read).toEqual(updated);

    await client.deleteQueue({ name: QUEUE });
    await expect(client.getQueue({ name: QUEUE })).rejects.toMatchObject({ code: 5 });
  });

  it("pauses, resumes and purges a queue", async () => {
    await createQueue();

    const [paused] = await client.pauseQueue({ name: QUEUE });
    await client.createTask({ parent: QUEUE, task: { httpRequest: { url: local.workerUrl } } });
    const [purged] = await client.purgeQueue({ name: QUEUE });
    const [tasks] = await client.listTasks({ parent: QUEUE });
    const [resumed] = await client.resumeQueue({ name: QUEUE });

    expect([paused.state, resumed.state]).toEqual(["PAUSED", "RUNNING"]);
    expect(Number(purged.purgeTime?.seconds)).toBeGreaterThan(1.7e9);
    expect(tasks).toEqual([]);
  });

  it("lists page by page", async () => {
    for (const id of ["b", "a", "c"]) await createQueue(id);

    const [first, next] = await client.listQueues(
      { parent: LOCATION, pageSize: 2 },
      { autoPaginate: false },
    );
    const [second, end] = await client.listQueues(next!, { autoPaginate: false });
    const all: unknown[] = [];
    for await (const { name } of client.listQueuesAsync({ parent: LOCATION })) all.push(name);

    expect(first.map(({ name }) => name)).toEqual([`${LOCATION}/queues/a`, `${LOCATION}/queues/b`]);
    expect(second.map(({ name }) => name)).toEqual([`${LOCATION}/queues/c`]);
    expect(end).toBeNull();
    expect(all).toEqual(["a", "b", "c"].map((id) => `${LOCATION}/queues/${id}`));
  });

  it("has a task dispatched, byte for byte", async () => {
    await createQueue();
    const delivery = local.delivery();

    await client.createTask({
      parent: QUEUE,
      task: {
        name: `${QUEUE}/tasks/one`,
        httpRequest: {
          url: `${local.workerUrl}/tasks/send-email?a=1`,
          httpMethod: "PUT",
          headers: {
            "content-type": "text/plain",
            "X-Own": "own",
          },
          body: Buffer.from("käse"),
        },
      },
    });

    expect(await delivery).toMatchObject({
      method: "PUT",
      path: "/tasks/send-email?a=1",
      headers: {
        "content-type": "text/plain",
        "x-own": "own",
        "user-agent": "Google-Cloud-Tasks",
        "x-cloudtasks-queuename": "email",
        "x-cloudtasks-taskname": "one",
        "x-cloudtasks-taskretrycount": "0",
      },
      body: "käse",
    });
  });

  it("creates, reads, lists, runs and deletes tasks", async () => {
    await createQueue();
    await client.pauseQueue({ name: QUEUE });
    const name = `${QUEUE}/tasks/one`;
    const seconds = Math.floor(Date.now() / 1000) + 3600;
    const request = { url: local.workerUrl, body: Buffer.from([0, 255, 128]) };

    const [created] = await client.createTask({
      parent: QUEUE,
      task: {
        name,
        httpRequest: request,
        scheduleTime: { seconds },
        dispatchDeadline: { seconds: 20 },
      },
    });
    const [full] = await client.getTask({ name, responseView: "FULL" });
    const [listed] = await client.listTasks({ parent: QUEUE, responseView: "BASIC" });

    expect(created).toMatchObject({
      name,
      httpRequest: { url: local.workerUrl, httpMethod: "POST" },
      dispatchCount: 0,
      view: "BASIC",
    });
    expect(Number(created.scheduleTime?.seconds)).toBe(seconds);
    expect(Number(created.dispatchDeadline?.seconds)).toBe(20);
    expect(created.httpRequest?.body).toHaveLength(0);
    expect([...(full.httpRequest?.body as Buffer)]).toEqual([0, 255, 128]);
    expect(listed).toEqual([created]);

    const delivery = local.delivery();
    const done = local.event("deliveryFinished");
    await client.runTask({ name });
    expect((await delivery).headers["x-cloudtasks-taskname"]).toBe("one");
    expect(await done).toMatchObject({ task: name, status: 204, end: "done" });

    await client.createTask({
      parent: QUEUE,
      task: { name: `${QUEUE}/tasks/two`, httpRequest: request },
    });
    await client.deleteTask({ name: `${QUEUE}/tasks/two` });
    await expect(client.getTask({ name: `${QUEUE}/tasks/two` })).rejects.toMatchObject({
      code: 5,
      message: expect.stringContaining("The task no longer exists, though a task with this name"),
    });
  });

  it("reads and sets the policy of a queue, and asks what it may do", async () => {
    await createQueue();
    const bindings = [{ role: "roles/cloudtasks.enqueuer", members: ["user:a@example.com"] }];

    const [empty] = await client.getIamPolicy({ resource: QUEUE });
    const [set] = await client.setIamPolicy({ resource: QUEUE, policy: { bindings } });
    const [read] = await client.getIamPolicy({ resource: QUEUE });
    const [allowed] = await client.testIamPermissions({
      resource: QUEUE,
      permissions: ["cloudtasks.tasks.create", "cloudtasks.queues.get"],
    });

    expect(empty.bindings).toEqual([]);
    expect(set).toMatchObject({ bindings });
    expect(read).toEqual(set);
    expect(allowed.permissions).toEqual(["cloudtasks.tasks.create", "cloudtasks.queues.get"]);
    await expect(
      client.setIamPolicy({ resource: QUEUE, policy: { bindings: [], etag: empty.etag! } }),
    ).rejects.toMatchObject({ code: 10 });
  });

  it.each([
    {
      refusal: "a queue that is not there",
      call: () => client.getQueue({ name: `${LOCATION}/queues/none` }),
      expected: { code: 5, message: NO_QUEUE },
    },
    {
      refusal: "a queue that is there already",
      call: () => createQueue().then(() => createQueue()),
      expected: { code: 6, message: "Queue already exists" },
    },
    {
      refusal: "a rate beyond the limit",
      call: () =>
        client.createQueue({
          parent: LOCATION,
          queue: { name: QUEUE, rateLimits: { maxDispatchesPerSecond: 501 } },
        }),
      expected: {
        code: 3,
        message: "RateLimits.maxDispatchesPerSecond must be less than or equal to 500.",
      },
    },
    {
      refusal: "another project",
      call: () => client.getQueue({ name: "projects/other/locations/europe-west1/queues/email" }),
      expected: {
        code: 7,
        message: "Permission denied on resource project other.",
        reason: "CONSUMER_INVALID",
        domain: "googleapis.com",
        errorInfoMetadata: { consumer: "projects/other", service: "cloudtasks.googleapis.com" },
      },
    },
  ])("is told of $refusal as by Google", async ({ call, expected: { message, ...expected } }) => {
    await expect(call()).rejects.toMatchObject({
      ...expected,
      // Over gRPC the library puts number and name of the code before it.
      message: expect.stringMatching(new RegExp(`${message}$`)),
    });
  });

  it("is told of a bad task id, with Google's help", async () => {
    await createQueue();

    const call = client.createTask({
      parent: QUEUE,
      task: { name: `${QUEUE}/tasks/a.b`, httpRequest: { url: "http://127.0.0.1/" } },
    });

    await expect(call).rejects.toMatchObject({
      code: 3,
      statusDetails: [
        {
          links: [
            {
              url: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks#Task.FIELDS.name",
            },
          ],
        },
      ],
    });
  });
});
