import { never, QUEUE, startTasks } from "./tasksCloud.ts";

const TASK = `${QUEUE}/tasks/t-1`;
const INVOKER = "invoker@demo.iam.gserviceaccount.com";
const LATER = { name: TASK, scheduleTime: "2026-11-25T12:00:00+01:00" };

describe("A task", () => {
  it("reads back with the defaults and the stored User-Agent, its body in FULL only (G 1.4)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    const httpRequest = {
      url: "https://worker.example/a",
      headers: { "content-type": "application/json", "user-agent": "mine" },
      body: "eyJhIjoxfQ==",
    };
    const basic = {
      name: TASK,
      httpRequest: {
        url: "https://worker.example/a",
        httpMethod: "POST",
        headers: { "content-type": "application/json", "User-Agent": "Google-Cloud-Tasks" },
      },
      scheduleTime: "2026-11-25T11:00:00Z",
      createTime: "2026-11-24T12:00:00Z",
      dispatchDeadline: "600s",
      view: "BASIC",
    };
    const full = {
      ...basic,
      httpRequest: { ...basic.httpRequest, body: "eyJhIjoxfQ==" },
      view: "FULL",
    };
    await cloud.clock.advance(250);

    expect(await cloud.createTask({ ...LATER, httpRequest })).toEqual(basic);
    expect(await cloud.call("GetTask", TASK)).toEqual(basic);
    expect(await cloud.call("GetTask", TASK, undefined, { responseView: "FULL" })).toEqual(full);
    expect(await cloud.call("GetTask", TASK, undefined, { responseView: "2" })).toEqual(full);
    expect(await cloud.call("ListTasks", QUEUE, undefined, { responseView: "FULL" })).toEqual({
      tasks: [full],
    });
  });

  it("reads back the token as it was given, without a default audience (G 4.1)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    const oidcToken = { serviceAccountEmail: INVOKER };

    const task = await cloud.createTask({
      ...LATER,
      httpRequest: { url: "https://x/", oidcToken },
    });

    expect(task["httpRequest"]["oidcToken"]).toEqual({ serviceAccountEmail: INVOKER });
  });

  it("without a name gets an id of twenty digits, another each time", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    const one = await cloud.createTask();
    const two = await cloud.createTask();

    expect(one["name"]).toMatch(new RegExp(`^${QUEUE}/tasks/\\d{20}$`));
    expect(two["name"]).not.toBe(one["name"]);
  });

  it("counts deliveries and answers, and tells of the first and the last (G 1.4)", async () => {
    const cloud = startTasks({ answer: (...all) => (all[1] === 3 ? never(...all) : 404) });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s" } });
    await cloud.createTask({ name: TASK });
    await cloud.clock.advance(10_000);
    const waiting = await cloud.call("GetTask", TASK);
    await cloud.clock.advance(20_000);
    const running = await cloud.call("GetTask", TASK);

    expect(waiting).toMatchObject({
      dispatchCount: 2,
      responseCount: 2,
      scheduleTime: "2026-11-24T12:00:30Z",
      firstAttempt: { dispatchTime: "2026-11-24T12:00:00Z" },
      lastAttempt: {
        scheduleTime: "2026-11-24T12:00:10Z",
        dispatchTime: "2026-11-24T12:00:10Z",
        responseTime: "2026-11-24T12:00:10Z",
        responseStatus: { code: 5, message: "NOT_FOUND(5): HTTP status code 404" },
      },
    });
    expect(running).toMatchObject({ dispatchCount: 3, responseCount: 2 });
    expect(running["lastAttempt"]).toEqual({
      scheduleTime: "2026-11-24T12:00:30Z",
      dispatchTime: "2026-11-24T12:00:30Z",
    });
  });

  it("needs fullView to be seen in full (G 9.1)", async () => {
    const cloud = startTasks({ refused: ["cloudtasks.tasks.fullView"] });
    await cloud.createQueue();
    await cloud.createTask(LATER);
    const refusal = { code: "PERMISSION_DENIED" };
    const full = { responseView: "FULL" };

    await expect(cloud.call("GetTask", TASK, undefined, full)).rejects.toMatchObject(refusal);
    await expect(cloud.call("ListTasks", QUEUE, undefined, full)).rejects.toMatchObject(refusal);
    await expect(cloud.call("RunTask", TASK, full)).rejects.toMatchObject(refusal);
    expect((await cloud.call("GetTask", TASK))["view"]).toBe("BASIC");
  });

  it("with a token needs actAs of who creates it; without one it does not (G 4.2)", async () => {
    const cloud = startTasks({ refused: [INVOKER] });
    await cloud.createQueue();
    const httpRequest = { url: "https://x/", oidcToken: { serviceAccountEmail: INVOKER } };

    await expect(cloud.createTask({ httpRequest })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
    expect(await cloud.createTask(LATER)).toMatchObject({ name: TASK });
  });

  it("is listed page by page", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    for (const id of ["z", "a", "m"]) {
      await cloud.createTask({ ...LATER, name: `${QUEUE}/tasks/${id}` });
    }

    const first = await cloud.call("ListTasks", QUEUE, undefined, { pageSize: "2" });
    await cloud.call("DeleteTask", `${QUEUE}/tasks/a`);
    const { nextPageToken: pageToken } = first;
    const second = await cloud.call("ListTasks", QUEUE, undefined, { pageSize: "2", pageToken });

    const ids = [first, second].map(({ tasks }) => tasks.map((t: { name: string }) => t.name));
    expect(ids).toEqual([[`${QUEUE}/tasks/z`, `${QUEUE}/tasks/a`], [`${QUEUE}/tasks/m`]]);
    expect(second).not.toHaveProperty("nextPageToken");
  });
});

describe("The name of a task that is gone (G 1.6)", () => {
  const taken = { code: "ALREADY_EXISTS", message: "Requested entity already exists" };
  const gone =
    "The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted.";

  it.each([
    { how: "done", answer: 200, finish: async () => ({}) },
    {
      how: "deleted",
      answer: 500,
      finish: (cloud: ReturnType<typeof startTasks>) => cloud.call("DeleteTask", TASK),
    },
    {
      how: "purged",
      answer: 500,
      finish: (cloud: ReturnType<typeof startTasks>) => cloud.call("PurgeQueue", QUEUE, {}),
    },
  ])("cannot be used again for an hour after it was $how", async ({ answer, finish }) => {
    const cloud = startTasks({ answer: () => answer });
    await cloud.createQueue();
    await cloud.createTask({ name: TASK });
    await cloud.settle();
    await finish(cloud);

    await cloud.clock.advance(3_599_000);
    await expect(cloud.createTask({ name: TASK })).rejects.toMatchObject(taken);
    await expect(cloud.call("GetTask", TASK)).rejects.toThrow(gone);
    await cloud.clock.advance(1_000);

    await expect(cloud.call("GetTask", TASK)).rejects.toThrow("Requested entity was not found.");
    expect(await cloud.createTask({ name: TASK })).toMatchObject({ name: TASK });
  });
});

describe("DeleteTask", () => {
  it("takes away a task under way: its failure is not retried", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startTasks({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    const deleted = cloud.record("taskDeleted");
    await cloud.createQueue();
    await cloud.createTask({ name: TASK });
    await cloud.settle();

    expect(await cloud.call("DeleteTask", TASK)).toEqual({});
    answers[0]!(500);
    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toHaveLength(1);
    expect(deleted).toEqual([{ queue: QUEUE, task: TASK }]);
  });
});

describe("The event taskCreated", () => {
  it("tells where the task will go, the queue's override applied", async () => {
    const cloud = startTasks();
    const created = cloud.record("taskCreated");
    await cloud.createQueue({
      httpTarget: { uriOverride: { scheme: "HTTPS", host: "w.run.app" } },
    });

    await cloud.createTask({ ...LATER, httpRequest: { url: "http://x.invalid/tasks/a" } });

    expect(created).toEqual([
      {
        queue: QUEUE,
        task: TASK,
        url: "https://w.run.app/tasks/a",
        headers: { "User-Agent": "Google-Cloud-Tasks" },
        scheduleTime: Date.parse("2026-11-25T11:00:00Z"),
      },
    ]);
  });
});
