import type { Json } from "../../api/parseJson.ts";
import { localApi } from "../support/localApi.ts";
import { QUEUE, startTasks } from "./tasksCloud.ts";

const httpTarget = {
  uriOverride: { host: "worker.example", pathOverride: { path: "/buffered" } },
  httpMethod: "PUT",
};

/** Cloud Tasks with a queue that has a target. `buffer` calls BufferTask as the router does. */
async function startBuffering(queue: Record<string, Json> = { httpTarget }) {
  const cloud = startTasks();
  await cloud.createQueue(queue);
  const method = cloud.methods.find(({ name }) => name === "BufferTask")!;
  const buffer = async (content: string, task?: string) =>
    method.handle({
      params: {
        project: "demo",
        location: "europe-west1",
        queue: "email",
        ...(task !== undefined && { task }),
      },
      query: new URLSearchParams(),
      body: undefined,
      bytes: Buffer.from(content),
      member: "user:owner@example.com",
    });
  return { ...cloud, buffer };
}

// google-cloud.md 1.2
describe("BufferTask", () => {
  it("makes a task of any body and sends it where the queue's target says", async () => {
    const cloud = await startBuffering();

    const answer = await cloud.buffer("no JSON \u0000 at all");
    await cloud.settle();

    expect(answer).toMatchObject({
      task: {
        name: expect.stringMatching(/^projects\/demo\/.*\/queues\/email\/tasks\/\d{20}$/),
        httpRequest: { url: "https://worker.example/buffered", httpMethod: "POST" },
        view: "BASIC",
      },
    });
    const [request] = cloud.requests;
    expect(request).toMatchObject({
      method: "PUT",
      headers: { "Content-Type": "application/json" },
    });
    expect(request!.url.href).toBe("https://worker.example/buffered");
    expect(Buffer.from(request!.body!).toString()).toBe("no JSON \u0000 at all");
  });

  it("names the task as its caller asks, once", async () => {
    const cloud = await startBuffering();

    expect(await cloud.buffer("{}", "mine")).toMatchObject({
      task: { name: `${QUEUE}/tasks/mine` },
    });
    await expect(cloud.buffer("{}", "mine")).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await expect(cloud.buffer("{}", "a.b")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message:
        'Task ID "a.b" can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_). Task ID must between 1 and 500 characters.',
    });
  });

  it("has no target but the queue's", async () => {
    const cloud = await startBuffering({});

    await expect(cloud.buffer("{}")).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      message: `Queue '${QUEUE}' has no 'httpTarget.uriOverride.host', and BufferTask sends its tasks there.`,
    });
  });

  it("takes the body as it came over HTTP", async () => {
    const cloud = await startBuffering();
    const { api } = localApi(cloud.methods);

    const reply = await api.answer({
      method: "PATCH",
      target: `/v2/${QUEUE}/tasks:buffer`,
      address: "http://127.0.0.1:8123",
      headers: {},
      body: Buffer.from([0xff, 0x00, 0x7b]),
    });
    await cloud.settle();

    expect(reply.status).toBe(200);
    expect([...cloud.requests[0]!.body!]).toEqual([0xff, 0x00, 0x7b]);
  });

  it("takes every verb, with an id, without one, and with an empty one", () => {
    const places = startTasks()
      .methods.filter(({ name }) => name === "BufferTask")
      .map(({ http }) =>
        http.replace("/projects/{project}/locations/{location}/queues/{queue}", ""),
      );

    expect(places.slice(0, 4)).toEqual([
      "POST /v2/tasks/{task}:buffer",
      "POST /v2/tasks/:buffer",
      "POST /v2/tasks:buffer",
      "GET /v2/tasks/{task}:buffer",
    ]);
    expect(places).toContain("DELETE /v2beta3/tasks:buffer");
  });
});
