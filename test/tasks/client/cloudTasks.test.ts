import {
  connectCloudTasks,
  type CloudTasksDependencies,
} from "../../../tasks/client/cloudTasks.ts";
import { CloudTasksError } from "../../../tasks/client/cloudTasksError.ts";
import { taskResource } from "../../../tasks/contract/taskRequest.ts";

const QUEUE = "projects/p/locations/l/queues/q";
const task = {
  ...taskResource("send-email", "{}", { dispatchDeadline: "60s" }),
  name: `${QUEUE}/tasks/t`,
};
const NOT_READY =
  "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.";

type Answer = Response | Error;

function google(code: number, status: string, message: string): Response {
  return Response.json({ error: { code, message, status } }, { status: code });
}

function brokenConnection(): Error {
  return new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
}

/** A connection to a Google that gives these answers in turn, the last one over and over. */
function connect(
  answers: (() => Answer)[],
  settings: { endpoint?: string; metadataHost?: string } = {},
  dependencies: Partial<CloudTasksDependencies> = {},
) {
  const requests: { url: string; init: RequestInit }[] = [];
  const waits: number[] = [];
  let now = 0;
  const api = connectCloudTasks(settings, {
    fetch: async (url, init) => {
      requests.push({ url, init });
      const answer = answers[Math.min(requests.length, answers.length) - 1]!();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    now: () => now,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    loadDefaultCredentials: async () => async () => "adc-token",
    ...dependencies,
  });
  return { api, requests, waits, elapsed: () => now };
}

describe("createTask", () => {
  it("takes a bound that is no whole number of milliseconds, as a clock gives it", async () => {
    const { api } = connect([() => Response.json({})]);

    expect(await api.createTask(QUEUE, task, { withinMs: 1499.25 })).toBe("created");
  });

  it("posts the task to Google with the default credentials' token", async () => {
    const { api, requests } = connect([() => Response.json({})]);

    const outcome = await api.createTask(QUEUE, task);

    expect(outcome).toBe("created");
    expect(requests).toHaveLength(1);
    expect(requests[0]!.url).toBe(`https://cloudtasks.googleapis.com/v2/${QUEUE}/tasks`);
    expect(requests[0]!.init).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer adc-token", "content-type": "application/json" },
      redirect: "manual",
      body: JSON.stringify({ task }),
    });
  });

  it("finds that a task of that name exists", async () => {
    const { api } = connect([
      () => google(409, "ALREADY_EXISTS", "Requested entity already exists"),
    ]);

    expect(await api.createTask(QUEUE, task)).toBe("exists");
  });

  it.each([
    { failure: "UNAVAILABLE", answer: () => google(503, "UNAVAILABLE", "Try later.") },
    { failure: "DEADLINE_EXCEEDED", answer: () => google(504, "DEADLINE_EXCEEDED", "Too slow.") },
    { failure: "INTERNAL", answer: () => google(500, "INTERNAL", "Something.") },
    { failure: "ABORTED", answer: () => google(409, "ABORTED", "Somebody was first.") },
    {
      failure: "RESOURCE_EXHAUSTED",
      answer: () => google(429, "RESOURCE_EXHAUSTED", "Quota exceeded."),
    },
    { failure: "a proxy's 507", answer: () => new Response("<html>", { status: 507 }) },
    { failure: "a proxy's 502", answer: () => new Response("<html>", { status: 502 }) },
    { failure: "a broken connection", answer: brokenConnection },
    { failure: "a queue that is not ready", answer: () => google(404, "NOT_FOUND", NOT_READY) },
  ])("tries again after $failure, waiting longer each time", async ({ answer }) => {
    const { api, waits } = connect([answer, answer, answer, () => Response.json({})]);

    expect(await api.createTask(QUEUE, task)).toBe("created");
    expect(waits).toEqual([100, 200, 400]);
  });

  it("sends the same bytes at every try", async () => {
    const { api, requests } = connect([brokenConnection, () => Response.json({})]);

    await api.createTask(QUEUE, task);

    expect(requests[1]!.init.body).toBe(requests[0]!.init.body);
  });

  it("waits at most 10 s between tries, and gives up a broken connection within a minute", async () => {
    const { api, waits, elapsed } = connect([brokenConnection]);

    await expect(api.createTask(QUEUE, task)).rejects.toThrow(
      "Cloud Tasks at 'https://cloudtasks.googleapis.com' gave no answer: connect ECONNREFUSED 127.0.0.1:1",
    );
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
    expect(elapsed()).toBeLessThanOrEqual(60_000);
  });

  it("waits up to two minutes for a queue that is not ready", async () => {
    const { api, elapsed } = connect([() => google(404, "NOT_FOUND", NOT_READY)]);

    await expect(api.createTask(QUEUE, task)).rejects.toThrow(
      `Cloud Tasks refused 'POST ${QUEUE}/tasks' with NOT_FOUND (404): ${NOT_READY}`,
    );
    expect(elapsed()).toBeGreaterThan(100_000);
    expect(elapsed()).toBeLessThanOrEqual(120_000);
  });

  it.each([
    { code: 403, status: "PERMISSION_DENIED", message: "No." },
    { code: 400, status: "INVALID_ARGUMENT", message: "HttpRequest.url is required." },
    { code: 404, status: "NOT_FOUND", message: "Requested entity was not found." },
    { code: 400, status: "FAILED_PRECONDITION", message: "Not now." },
    { code: 501, status: "UNIMPLEMENTED", message: "No such call." },
  ])("does not repeat what is refused with $status", async ({ code, status, message }) => {
    const { api, requests } = connect([() => google(code, status, message)]);

    const error: unknown = await api.createTask(QUEUE, task).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(CloudTasksError);
    expect(error).toMatchObject({ code, status, detail: message });
    expect(requests).toHaveLength(1);
  });

  it("takes no longer than it is given", async () => {
    const { api, waits } = connect([brokenConnection]);

    await expect(api.createTask(QUEUE, task, { withinMs: 1000 })).rejects.toThrow("gave no answer");
    expect(waits).toEqual([100, 200, 400]);
  });

  it("ends when the signal fires, with the signal's reason", async () => {
    const controller = new AbortController();
    const { api, requests } = connect([
      () => {
        controller.abort(new Error("The worker is stopping."));
        return brokenConnection();
      },
    ]);

    await expect(api.createTask(QUEUE, task, { signal: controller.signal })).rejects.toThrow(
      "The worker is stopping.",
    );
    expect(requests).toHaveLength(1);
  });

  it("tells a broken connection whose causes form a circle", async () => {
    const inner = new Error("connection lost");
    inner.cause = new Error("insert failed", { cause: inner });
    const { api } = connect([() => new TypeError("fetch failed", { cause: inner })]);

    await expect(api.createTask(QUEUE, task, { withinMs: 1 })).rejects.toThrow(
      /gave no answer: (connection lost|insert failed)$/,
    );
  });

  it("follows no redirect", async () => {
    const { api, requests } = connect([
      () => new Response(null, { status: 302, headers: { location: "https://example.com/" } }),
    ]);

    await expect(api.createTask(QUEUE, task)).rejects.toMatchObject({ code: 302 });
    expect(requests).toHaveLength(1);
  });
});

describe("deleteTask", () => {
  it("deletes a task by its name", async () => {
    const { api, requests } = connect([() => Response.json({})]);

    expect(await api.deleteTask(task.name)).toBe("deleted");
    expect(requests[0]!.url).toBe(`https://cloudtasks.googleapis.com/v2/${QUEUE}/tasks/t`);
    expect(requests[0]!.init).toMatchObject({ method: "DELETE" });
    expect(requests[0]!.init.body).toBeUndefined();
  });

  it("finds nothing to delete", async () => {
    const { api } = connect([() => google(404, "NOT_FOUND", "Requested entity was not found.")]);

    expect(await api.deleteTask(task.name)).toBe("missing");
  });

  it("tells any other refusal", async () => {
    const { api } = connect([() => google(403, "PERMISSION_DENIED", "No.")]);

    await expect(api.deleteTask(task.name)).rejects.toThrow(
      `Cloud Tasks refused 'DELETE ${task.name}' with PERMISSION_DENIED (403): No.`,
    );
  });
});

describe("getTask", () => {
  it("tells how a task's deliveries went", async () => {
    const lastAttempt = {
      responseTime: "2026-11-24T12:00:00Z",
      responseStatus: { code: 7, message: "PERMISSION_DENIED(7): HTTP status code 403" },
    };
    const { api, requests } = connect([
      () => Response.json({ name: task.name, dispatchCount: 3, lastAttempt, view: "BASIC" }),
    ]);

    expect(await api.getTask(task.name)).toEqual({ dispatchCount: 3, lastAttempt });
    expect(requests[0]!.url).toBe(`https://cloudtasks.googleapis.com/v2/${QUEUE}/tasks/t`);
    expect(requests[0]!.init).toMatchObject({ method: "GET" });
  });

  it("reads what Google leaves out as nothing", async () => {
    const { api } = connect([
      () => Response.json({ name: task.name }),
      () => Response.json({ dispatchCount: 1, lastAttempt: { dispatchTime: "…" } }),
    ]);

    expect(await api.getTask(task.name)).toEqual({ dispatchCount: 0 });
    expect(await api.getTask(task.name)).toEqual({
      dispatchCount: 1,
      lastAttempt: { responseStatus: { code: 0, message: "" } },
    });
  });

  it.each([
    "The task no longer exists, though a task with this name existed recently.",
    "Requested entity was not found.",
  ])("finds that a task is gone: %s", async (message) => {
    const { api } = connect([() => google(404, "NOT_FOUND", message)]);

    expect(await api.getTask(task.name)).toBeUndefined();
  });

  it("does not take a queue that is missing for a task that is gone", async () => {
    const { api } = connect([() => google(404, "NOT_FOUND", NOT_READY)]);

    await expect(api.getTask(task.name, { withinMs: 0 })).rejects.toMatchObject({
      status: "NOT_FOUND",
      detail: NOT_READY,
    });
  });
});
