import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "../scheduler/schedulerCloud.ts";

const http = { url: "https://w.run.app/" };

// google-cloud.md 1.2, 1.3, 1.4, 6.2; packages/cloud/EMULATED.md
describe("What is not emulated", () => {
  it.each([
    {
      what: "Queue.type PULL",
      request: `POST /v2beta3/${LOCATION}/queues`,
      body: { name: QUEUE, type: 1 },
    },
    {
      what: "Task.appEngineHttpRequest",
      request: `POST /v2/${QUEUE}/tasks`,
      body: { task: { appEngineHttpRequest: { relativeUri: "/" } } },
    },
    {
      what: "Job.schedule every 5 minutes",
      request: `POST /v1/${LOCATION}/jobs`,
      body: { name: JOB, schedule: "every 5 minutes", httpTarget: { uri: URI } },
      hint: " Write a cron expression.",
    },
    {
      what: `POST /v2/${QUEUE}/tasks:batchCreate`,
      request: `POST /v2/${QUEUE}/tasks:batchCreate`,
      body: { requests: [{ parent: QUEUE, task: { httpRequest: http } }] },
    },
    {
      what: `POST /v2/${QUEUE}/tasks:batchDelete`,
      request: `POST /v2/${QUEUE}/tasks:batchDelete`,
      body: { names: [`${QUEUE}/tasks/a`] },
    },
    {
      what: `GET /v2/${LOCATION}/cmekConfig`,
      request: `GET /v2/${LOCATION}/cmekConfig`,
      body: undefined,
    },
    {
      what: `PATCH /v2/${LOCATION}/cmekConfig`,
      request: `PATCH /v2/${LOCATION}/cmekConfig?updateMask=kmsKey`,
      body: { kmsKey: "k" },
    },
    {
      what: "ListLocationsRequest.filter",
      request: "GET /v2/projects/demo/locations?filter=a",
      body: undefined,
    },
  ])("answers UNIMPLEMENTED and is told of: $what", async ({ what, request, body, hint = "" }) => {
    const tasks = startTasks();
    await tasks.createQueue();
    const api = localApi([...tasks.methods, ...startScheduler().methods]);
    const notEmulated = api.record("notEmulated");

    expect(await api.refusal(request, body)).toEqual({
      code: 501,
      message: `'${what}' is not emulated locally.${hint}`,
      status: "UNIMPLEMENTED",
    });
    expect(notEmulated).toEqual([{ what }]);
  });
});
