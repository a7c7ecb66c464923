import { localApi } from "../support/localApi.ts";
import { never, QUEUE, startTasks, type Answer } from "./tasksCloud.ts";

const TASK = `${QUEUE}/tasks/t`;
const url = "https://worker.example/";
const CONTENT = { url, headers: { "content-type": "text/plain", "X-OWN": "1" }, body: "aGk=" };

/** A queue, and the API in front of it. */
async function startQueue(answer?: Answer) {
  const cloud = startTasks(answer && { answer });
  const { ok, call: send } = localApi(cloud.methods);
  await cloud.createQueue();
  return { ...cloud, ok, send };
}

describe("A task over REST (G 1.4)", () => {
  it.each([
    { number: 0, method: "POST" },
    { number: 1, method: "POST" },
    { number: 2, method: "GET" },
    { number: 3, method: "HEAD" },
    { number: 4, method: "PUT" },
    { number: 5, method: "DELETE" },
    { number: 6, method: "PATCH" },
    { number: 7, method: "OPTIONS" },
  ])("has method $number for $method, and is sent with it", async ({ number, method }) => {
    const { ok, settle, requests } = await startQueue();

    const task = { httpRequest: { url, httpMethod: number } };
    const { httpRequest } = await ok(`POST /v2/${QUEUE}/tasks`, { task });
    await settle();

    expect(httpRequest.httpMethod).toBe(method);
    expect(requests.map((request) => request.method)).toEqual([method]);
  });

  it.each([
    { view: undefined, shown: "BASIC", body: undefined },
    { view: "VIEW_UNSPECIFIED", shown: "BASIC", body: undefined },
    { view: "BASIC", shown: "BASIC", body: undefined },
    { view: 1, shown: "BASIC", body: undefined },
    { view: "FULL", shown: "FULL", body: "aGk=" },
    { view: 2, shown: "FULL", body: "aGk=" },
  ])("shows its body where $view is asked for, and its headers always", async (row) => {
    const { view, shown, body } = row;
    const { ok } = await startQueue();
    await ok(`POST /v2/${QUEUE}:pause`);
    const responseView = view === undefined ? {} : { responseView: view };
    const query = view === undefined ? "" : `?responseView=${view}`;

    const created = await ok(`POST /v2/${QUEUE}/tasks`, {
      task: { name: TASK, httpRequest: CONTENT },
      ...responseView,
    });
    const read = await ok(`GET /v2/${TASK}${query}`);
    const listed = await ok(`GET /v2/${QUEUE}/tasks${query}`);
    const run = await ok(`POST /v2/${TASK}:run`, responseView);

    for (const task of [created, read, listed.tasks[0], run]) {
      expect([task.view, task.httpRequest]).toEqual([
        shown,
        {
          url,
          httpMethod: "POST",
          headers: {
            "content-type": "text/plain",
            "X-OWN": "1",
            "User-Agent": "Google-Cloud-Tasks",
          },
          ...(body !== undefined && { body }),
        },
      ]);
    }
  });

  it.each([
    { status: 403, code: 7, text: "PERMISSION_DENIED" },
    { status: 500, code: 13, text: "INTERNAL" },
  ])("tells of an answer of $status as $text", async ({ status, code, text }) => {
    const { ok, settle } = await startQueue(() => status);
    await ok(`POST /v2/${QUEUE}/tasks`, { task: { name: TASK, httpRequest: { url } } });
    await settle();

    const { lastAttempt } = await ok(`GET /v2/${TASK}`);

    expect(lastAttempt.responseStatus).toEqual({ code, message: expect.stringContaining(text) });
    expect(lastAttempt.responseTime).toBe("2026-11-24T12:00:00Z");
  });

  it.each<{ what: string; answer: Answer; code: number }>([
    { what: "a host out of reach", answer: () => Promise.reject(new Error("refused")), code: 2 },
    { what: "a timeout", answer: never, code: 4 },
  ])("tells of $what without a response time", async ({ answer, code }) => {
    const { ok, clock } = await startQueue(answer);
    await ok(`POST /v2/${QUEUE}/tasks`, {
      task: { name: TASK, httpRequest: { url }, dispatchDeadline: "15s" },
    });
    await clock.advance(15_050);

    const { lastAttempt, dispatchCount, responseCount } = await ok(`GET /v2/${TASK}`);

    expect(lastAttempt.responseStatus.code).toBe(code);
    expect(lastAttempt).not.toHaveProperty("responseTime");
    expect([dispatchCount > 0, responseCount]).toEqual([true, undefined]);
  });

  it("cannot be changed", async () => {
    const { ok, send } = await startQueue();
    await ok(`POST /v2/${QUEUE}:pause`);
    await ok(`POST /v2/${QUEUE}/tasks`, { task: { name: TASK, httpRequest: { url } } });

    const { status } = await send(`PATCH /v2/${TASK}`, { dispatchDeadline: "20s" });

    expect(status).toBe(404);
  });

  it("takes no output of its own from its caller", async () => {
    const { ok } = await startQueue();
    await ok(`POST /v2/${QUEUE}:pause`);

    const task = await ok(`POST /v2/${QUEUE}/tasks`, {
      task: {
        httpRequest: { url },
        createTime: "2020-01-01T00:00:00Z",
        dispatchCount: 5,
        responseCount: 4,
        firstAttempt: { dispatchTime: "2020-01-01T00:00:00Z" },
        lastAttempt: { responseStatus: { code: 5 } },
        view: "FULL",
      },
    });

    expect(task).toEqual({
      name: expect.stringMatching(/\/tasks\/\d{20}$/),
      httpRequest: { url, httpMethod: "POST", headers: { "User-Agent": "Google-Cloud-Tasks" } },
      scheduleTime: "2026-11-24T12:00:00Z",
      createTime: "2026-11-24T12:00:00Z",
      dispatchDeadline: "600s",
      view: "BASIC",
    });
  });
});

describe("A task that is gone (G 1.2, 1.9)", () => {
  it.each(["DELETE /v2/NAME", "POST /v2/NAME:run"])("is not found by %s", async (request) => {
    const { ok, send, settle } = await startQueue();
    await ok(`POST /v2/${QUEUE}/tasks`, { task: { name: TASK, httpRequest: { url } } });
    await settle();

    const { status, body } = await send(request.replace("NAME", TASK));

    expect([status, body.error.status]).toEqual([404, "NOT_FOUND"]);
  });
});
