import { startLocalCloud } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";

const START = new Date("2026-11-24T12:00:00Z");

/* The whole way from a delivery to a chart: G 8.2. */

it("shows the attempts, their delays and the depth of a queue (G 8.2)", async () => {
  let status = 500;
  await using cloud = await startLocalCloud({
    clock: "virtual",
    startTime: START,
    hosts: { "worker.example": () => status },
  });
  const queue = `${cloud.location}/queues/email`;
  const call = async (method: string, path: string, body?: object): Promise<Parsed> => {
    const answer = await fetch(cloud.endpoint + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const series = async (metric: string): Promise<Parsed> => {
    const query = new URLSearchParams({
      filter: `metric.type = "cloudtasks.googleapis.com/${metric}" AND resource.labels.queue_id = "email"`,
      "interval.startTime": START.toISOString(),
      "interval.endTime": cloud.now().toISOString(),
    });
    const { timeSeries = [] } = await call(
      "GET",
      `/v3/projects/${cloud.project}/timeSeries?${query.toString()}`,
    );
    return timeSeries;
  };

  await call("POST", `/v2/${cloud.location}/queues`, {
    name: queue,
    retryConfig: { minBackoff: "300s" },
  });
  await call("POST", `/v2/${queue}/tasks`, {
    task: { httpRequest: { url: "https://worker.example/" } },
  });
  await cloud.advance("120s");
  status = 200;
  await cloud.idle();
  await cloud.advance("120s");

  const attempts = await series("queue/task_attempt_count");
  const total = attempts.flatMap(({ points }: Parsed) => points.map(({ value }: Parsed) => value));
  expect(total).toEqual([{ int64Value: "1" }, { int64Value: "1" }]);
  const [depth] = await series("queue/depth");
  expect(depth.resource).toEqual({
    type: "cloud_tasks_queue",
    labels: { project_id: "local-project", location: "europe-west1", queue_id: "email" },
  });
  // The newest first: gone since the retry after five minutes.
  expect(depth.points.map(({ value }: Parsed) => Number(value.int64Value))).toEqual([
    0, 0, 1, 1, 1, 1, 1,
  ]);
  const [delays] = await series("queue/task_attempt_delays");
  expect(delays.points.map(({ value }: Parsed) => value.distributionValue.mean)).toEqual([0, 0]);
  const [calls] = await series("api/request_count");
  expect(calls.metric.labels.api_method).toBe("CreateTask");
});
