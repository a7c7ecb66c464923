import { never, QUEUE, START, startTasks } from "./tasksCloud.ts";

const RETRY = { retryConfig: { minBackoff: "10s", maxAttempts: 5 } };
const INVOKER = "invoker@demo.iam.gserviceaccount.com";

describe("A delivery of a task", () => {
  it("carries the headers that Google's do: a 503, then a 404 (G 1.9)", async () => {
    const cloud = startTasks({ answer: (_, number) => [503, 404, 200][number - 1]! });
    await cloud.createQueue(RETRY);
    await cloud.createTask({ name: `${QUEUE}/tasks/t-1` });

    await cloud.clock.advance(60_000);

    const own = { "User-Agent": "Google-Cloud-Tasks" };
    const names = { "X-CloudTasks-QueueName": "email", "X-CloudTasks-TaskName": "t-1" };
    const eta = (seconds: number) => `${START / 1000 + seconds}.000000`;
    expect(cloud.requests.map(({ headers }) => headers)).toEqual([
      {
        ...own,
        ...names,
        "X-CloudTasks-TaskRetryCount": "0",
        "X-CloudTasks-TaskExecutionCount": "0",
        "X-CloudTasks-TaskETA": eta(0),
      },
      {
        ...own,
        ...names,
        "X-CloudTasks-TaskRetryCount": "1",
        "X-CloudTasks-TaskExecutionCount": "0",
        "X-CloudTasks-TaskETA": eta(10),
        "X-CloudTasks-TaskPreviousResponse": "503",
        "X-CloudTasks-TaskRetryReason": "",
      },
      {
        ...own,
        ...names,
        "X-CloudTasks-TaskRetryCount": "2",
        "X-CloudTasks-TaskExecutionCount": "1",
        "X-CloudTasks-TaskETA": eta(30),
        "X-CloudTasks-TaskPreviousResponse": "404",
        "X-CloudTasks-TaskRetryReason": "",
      },
    ]);
  });

  it("tells its schedule time with six decimals (G 1.9)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    await cloud.createTask({ scheduleTime: "2026-11-24T12:00:05.123456789Z" });

    await cloud.clock.advance(6_000);

    expect(cloud.requests[0]!.headers["X-CloudTasks-TaskETA"]).toBe(`${START / 1000 + 5}.123456`);
  });

  it("keeps the caller's headers but for those that are Google's own (G 1.9)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    await cloud.createTask({
      name: `${QUEUE}/tasks/t`,
      httpRequest: {
        url: "https://worker.example/",
        headers: {
          "content-type": "application/json",
          "X-Own": "1",
          host: "evil.example",
          "Content-Length": "7",
          "user-agent": "me",
          "x-google-thing": "a",
          "X-AppEngine-Thing": "b",
          "x-cloudtasks-taskretrycount": "99",
          Authorization: "Basic abc",
        },
        body: "e30=",
      },
    });
    await cloud.settle();

    expect(cloud.requests[0]!.headers).toEqual({
      "content-type": "application/json",
      "X-Own": "1",
      Authorization: "Basic abc",
      "User-Agent": "Google-Cloud-Tasks",
      "X-CloudTasks-QueueName": "email",
      "X-CloudTasks-TaskName": "t",
      "X-CloudTasks-TaskRetryCount": "0",
      "X-CloudTasks-TaskExecutionCount": "0",
      "X-CloudTasks-TaskETA": `${START / 1000}.000000`,
    });
  });

  it("sends method, body and origin, and no content type of its own (G 1.9)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    await cloud.createTask({
      httpRequest: { url: "https://worker.example/a?b=c", httpMethod: "PUT", body: "aGVsbG8=" },
    });
    await cloud.settle();

    const [request] = cloud.requests;
    expect(request!.method).toBe("PUT");
    expect(request!.url.href).toBe("https://worker.example/a?b=c");
    expect(Buffer.from(request!.body!).toString()).toBe("hello");
    expect(request!.origin).toEqual({ internal: true, project: "demo" });
    expect(request!.headers).not.toHaveProperty("Content-Type");
  });

  it.each([
    {
      what: "the task's ID token, its audience the task's URL by default",
      httpTarget: undefined,
      token: { oidcToken: { serviceAccountEmail: INVOKER } },
      authorization: `Bearer id:${INVOKER}:https://worker.example/a`,
    },
    {
      what: "the same where the audience is empty",
      httpTarget: undefined,
      token: { oidcToken: { serviceAccountEmail: INVOKER, audience: "" } },
      authorization: `Bearer id:${INVOKER}:https://worker.example/a`,
    },
    {
      what: "the task's access token",
      httpTarget: undefined,
      token: { oauthToken: { serviceAccountEmail: INVOKER } },
      authorization: `Bearer access:${INVOKER}`,
    },
    {
      what: "the queue's token before the task's",
      httpTarget: { oidcToken: { serviceAccountEmail: INVOKER, audience: "https://aud" } },
      token: { oidcToken: { serviceAccountEmail: "other@demo.iam.gserviceaccount.com" } },
      authorization: `Bearer id:${INVOKER}:https://aud`,
    },
  ])("carries $what (G 4.1)", async ({ httpTarget, token, authorization }) => {
    const cloud = startTasks();
    await cloud.createQueue(httpTarget && { httpTarget });
    await cloud.createTask({
      httpRequest: {
        url: "https://worker.example/a",
        headers: { authorization: "Basic abc" },
        ...token,
      },
    });
    await cloud.settle();

    const { headers } = cloud.requests[0]!;
    expect(headers["Authorization"]).toBe(authorization);
    expect(headers).not.toHaveProperty("authorization");
  });

  it.each([
    {
      uriOverride: { scheme: "HTTPS", host: "real.example", uriOverrideEnforceMode: "ALWAYS" },
      from: "http://set-by-the-queue.invalid/tasks/a?b=1",
      to: "https://real.example/tasks/a?b=1",
    },
    { uriOverride: { host: "real.example" }, from: "http://x/a", to: "http://real.example/a" },
    { uriOverride: { port: "8080" }, from: "http://x/a", to: "http://x:8080/a" },
    { uriOverride: { port: "0" }, from: "http://x:81/a", to: "http://x/a" },
    {
      uriOverride: { pathOverride: { path: "" }, queryOverride: { queryParams: "" } },
      from: "http://x:81/a?b=1",
      to: "http://x:81/",
    },
    {
      uriOverride: { pathOverride: { path: "/all" }, queryOverride: { queryParams: "k=v" } },
      from: "http://x/a?b=1",
      to: "http://x/all?k=v",
    },
    {
      uriOverride: {
        scheme: "HTTPS",
        host: "other",
        port: "99",
        pathOverride: { path: "/p" },
        queryOverride: { queryParams: "k=v" },
        uriOverrideEnforceMode: "IF_NOT_EXISTS",
      },
      from: "http://x:81/a?b=1",
      to: "http://x:81/a?b=1",
    },
    {
      uriOverride: {
        pathOverride: { path: "/p" },
        queryOverride: { queryParams: "k=v" },
        port: "99",
        uriOverrideEnforceMode: "IF_NOT_EXISTS",
      },
      from: "http://x",
      to: "http://x:99/p?k=v",
    },
  ])("of $from goes to $to where the queue says so (G 1.3)", async ({ uriOverride, from, to }) => {
    const cloud = startTasks();
    await cloud.createQueue({ httpTarget: { uriOverride } });
    await cloud.createTask({ httpRequest: { url: from } });
    await cloud.settle();

    expect(cloud.requests[0]!.url.href).toBe(to);
  });

  it("takes the queue's method and headers before the task's (G 1.3)", async () => {
    const cloud = startTasks();
    await cloud.createQueue({
      httpTarget: {
        httpMethod: "GET",
        headerOverrides: [{ header: { key: "X-Own", value: "queue" } }],
      },
    });
    await cloud.createTask({
      httpRequest: { url: "http://x/", headers: { "x-own": "task" }, body: "aGVsbG8=" },
    });
    await cloud.settle();

    expect(cloud.requests[0]).toMatchObject({ method: "GET", headers: { "X-Own": "queue" } });
    expect(cloud.requests[0]!.headers).not.toHaveProperty("x-own");
    expect(cloud.requests[0]!.body).toBeUndefined();
  });

  it("ends at the dispatch deadline, which counts as a 504 (G 1.9)", async () => {
    const cloud = startTasks({ answer: (...all) => (all[1] === 1 ? never(...all) : 200) });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue(RETRY);
    await cloud.createTask({ name: `${QUEUE}/tasks/t`, dispatchDeadline: "15s" });

    await cloud.clock.advance(20_000);
    const task = await cloud.call("GetTask", `${QUEUE}/tasks/t`);
    await cloud.clock.advance(20_000);

    expect(cloud.requests[0]!.signal.aborted).toBe(true);
    expect(deliveries[0]).toEqual({
      queue: QUEUE,
      task: `${QUEUE}/tasks/t`,
      url: "https://worker.example/tasks/a",
      dispatchCount: 1,
      status: 0,
      error: "No answer within the dispatch deadline of 15 s.",
      scheduleTime: START,
      dispatchTime: START,
      durationMs: 15_000,
      retryTime: START + 25_000,
    });
    expect(task["dispatchCount"]).toBe(1);
    expect(task).not.toHaveProperty("responseCount");
    expect(task["lastAttempt"]["responseStatus"]["code"]).toBe(4);
    expect(cloud.requests[1]!.headers["X-CloudTasks-TaskPreviousResponse"]).toBe("504");
    expect(cloud.requests[1]!.headers["X-CloudTasks-TaskExecutionCount"]).toBe("0");
  });

  it("has no deadline where deadlines are suspended", async () => {
    const cloud = startTasks({ answer: never, settings: { suspendDeadlines: true } });
    await cloud.createQueue();
    await cloud.createTask({ dispatchDeadline: "15s" });

    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toHaveLength(1);
    expect(cloud.requests[0]!.signal.aborted).toBe(false);
  });

  it.each([
    { what: "there is no answer", url: "http://x/", error: "connect ECONNREFUSED" },
    {
      what: "the URL has a bad escape, which CreateTask lets through (G 1.8)",
      url: "http://x/%zz",
      error: "The URL 'http://x/%zz' holds '%zz', which is not an escape.",
    },
  ])("fails with status 0 where $what", async ({ url, error }) => {
    const cloud = startTasks({
      answer: () => Promise.reject(new Error("connect ECONNREFUSED")),
    });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue(RETRY);
    await cloud.createTask({ httpRequest: { url } });
    await cloud.settle();

    expect(deliveries[0]).toMatchObject({ status: 0, error, retryTime: START + 10_000 });
  });

  it("is broken off by stop, and nothing is dispatched after it", async () => {
    const cloud = startTasks({ answer: never });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue();
    await cloud.createTask();
    await cloud.createTask({ scheduleTime: "2026-11-24T12:00:30Z" });
    await cloud.settle();

    cloud.stop();
    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toHaveLength(1);
    expect(cloud.requests[0]!.signal.aborted).toBe(true);
    expect(deliveries).toEqual([]);
    expect(cloud.clock.nextTime).toBeUndefined();
  });
});
