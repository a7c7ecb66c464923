import { countCall } from "../../cloudtasks/queueMeter.ts";
import type { Method } from "../../api/method.ts";
import { after, startMetrics } from "../monitoring/measuredQueues.ts";

const CREATE_TASK: Method = {
  name: "CreateTask",
  service: "google.cloud.tasks.v2.CloudTasks",
  http: "POST /v2/projects/{project}/locations/{location}/queues/{queue}/tasks",
  handle: () => ({}),
};
const CALL = {
  params: { project: "demo", location: "europe-west1", queue: "email" },
  query: new URLSearchParams(),
  body: undefined,
  member: "user:owner",
};

describe("The count of calls", () => {
  it("has those of Cloud Tasks that are about one queue, and no others", () => {
    const { metrics, series } = startMetrics();
    const { project, location } = CALL.params;

    countCall(metrics, CREATE_TASK, CALL, 200, after(0));
    countCall(
      metrics,
      { ...CREATE_TASK, name: "ListQueues" },
      { ...CALL, params: { project, location } },
      200,
      after(0),
    );
    countCall(metrics, { ...CREATE_TASK, service: "google.iam.v1.IAMPolicy" }, CALL, 200, after(0));

    expect(series("api/request_count", after(1))).toMatchObject([
      { labels: { api_method: "CreateTask", queue_id: "email" }, points: [[1, 1]] },
    ]);
  });
});
