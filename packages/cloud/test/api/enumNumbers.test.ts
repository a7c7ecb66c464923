import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "../scheduler/schedulerCloud.ts";

const AS_NUMBERS = "?$alt=json;enum-encoding=int";
const httpTarget = {
  uriOverride: { scheme: "HTTPS", host: "w.run.app", uriOverrideEnforceMode: "ALWAYS" },
  httpMethod: "PUT",
};
const numbered = {
  state: 1,
  httpTarget: { uriOverride: { scheme: 2, uriOverrideEnforceMode: 2 }, httpMethod: 4 },
};

// google-cloud.md 1.1: Google's client libraries over REST ask for enums as numbers.
describe("An answer with enums as numbers", () => {
  it("is every answer of Cloud Tasks that holds one, in lists and within too", async () => {
    const { methods } = startTasks();
    const { ok } = localApi(methods);
    const queue = { name: QUEUE, httpTarget };
    const task = { httpRequest: { httpMethod: 1 }, view: 1 };

    expect(await ok(`POST /v2/${LOCATION}/queues${AS_NUMBERS}`, queue)).toMatchObject(numbered);
    expect(await ok(`PATCH /v2/${QUEUE}${AS_NUMBERS}`, queue)).toMatchObject(numbered);
    expect(await ok(`GET /v2/${QUEUE}${AS_NUMBERS}`)).toMatchObject(numbered);
    expect(await ok(`POST /v2/${QUEUE}:pause${AS_NUMBERS}`)).toMatchObject({ state: 2 });
    expect(await ok(`GET /v2/${LOCATION}/queues${AS_NUMBERS}`)).toMatchObject({
      queues: [{ ...numbered, state: 2 }],
    });
    expect(await ok(`GET /v2beta3/${QUEUE}${AS_NUMBERS}`)).toMatchObject({ state: 2, type: 2 });
    expect(
      await ok(`POST /v2/${QUEUE}/tasks${AS_NUMBERS}`, {
        task: { name: `${QUEUE}/tasks/a`, httpRequest: { url: "https://w.run.app/" } },
      }),
    ).toMatchObject(task);
    expect(await ok(`GET /v2/${QUEUE}/tasks/a${AS_NUMBERS}&responseView=2`)).toMatchObject({
      ...task,
      view: 2,
    });
    expect(await ok(`POST /v2/${QUEUE}/tasks/b:buffer${AS_NUMBERS}`)).toMatchObject({ task });
    expect(await ok(`GET /v2/${QUEUE}/tasks${AS_NUMBERS}`)).toMatchObject({ tasks: [task, task] });
    expect(await ok(`POST /v2/${QUEUE}/tasks/a:run${AS_NUMBERS}`)).toMatchObject(task);
    expect(await ok(`POST /v2/${QUEUE}:purge${AS_NUMBERS}`)).toMatchObject({ state: 2 });
    expect(await ok(`POST /v2/${QUEUE}:resume${AS_NUMBERS}`)).toMatchObject({ state: 1 });
  });

  it("is every answer of Cloud Scheduler that holds one", async () => {
    const { methods } = startScheduler();
    const { ok } = localApi(methods);
    const job = { name: JOB, schedule: "0 * * * *", httpTarget: { uri: URI, httpMethod: "PATCH" } };
    const shown = { state: 1, httpTarget: { httpMethod: 6 } };

    expect(await ok(`POST /v1/${LOCATION}/jobs${AS_NUMBERS}`, job)).toMatchObject(shown);
    expect(await ok(`PATCH /v1/${JOB}${AS_NUMBERS}`, job)).toMatchObject(shown);
    expect(await ok(`GET /v1/${JOB}${AS_NUMBERS}`)).toMatchObject(shown);
    expect(await ok(`GET /v1/${LOCATION}/jobs${AS_NUMBERS}`)).toMatchObject({ jobs: [shown] });
    expect(await ok(`POST /v1/${JOB}:pause${AS_NUMBERS}`)).toMatchObject({ state: 2 });
    expect(await ok(`POST /v1/${JOB}:resume${AS_NUMBERS}`)).toMatchObject({ state: 1 });
    expect(await ok(`POST /v1/${JOB}:run${AS_NUMBERS}`)).toMatchObject(shown);
    expect(
      await ok(`PATCH /v1/${JOB}${AS_NUMBERS}`, {
        schedule: "0 * * * *",
        appEngineHttpTarget: { httpMethod: "DELETE" },
      }),
    ).toMatchObject({ appEngineHttpTarget: { httpMethod: 5 } });
  });

  it("is no answer to who does not ask for it", async () => {
    const { methods } = startTasks();
    const { ok } = localApi(methods);

    await ok(`POST /v2/${LOCATION}/queues?alt=json`, { name: QUEUE });

    expect(await ok(`GET /v2/${QUEUE}?$alt=json`)).toMatchObject({ state: "RUNNING" });
    expect(await ok(`GET /v2/${QUEUE}${AS_NUMBERS}&fields=state`)).toEqual({ state: 1 });
  });
});
