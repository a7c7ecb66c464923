import { RunMetrics, type MeasuredRevision } from "../../monitoring/runMetrics.ts";
import { NOW } from "../support/localApi.ts";
import { after } from "./measuredQueues.ts";

const SERVICE = "projects/demo/locations/europe-west1/services/worker";
const REVISION = "worker-00001-abc";
const RESOURCE_LABELS = {
  project_id: "demo",
  location: "europe-west1",
  service_name: "worker",
  configuration_name: "worker",
  revision_name: REVISION,
};

/** A recorder that begins at `NOW`, over one revision whose instances a test sets. */
function start() {
  const revision = { service: SERVICE, revision: REVISION, active: 0, idle: 1 };
  const revisions: MeasuredRevision[] = [revision];
  const metrics = new RunMetrics(() => revisions, Date.parse(NOW));
  const series = (type: string, now: number) => {
    const metric = metrics.types().find((one) => one.type === `run.googleapis.com/${type}`)!;
    return metrics.read(metric, now).series.map(({ metricLabels, points, ...resource }) => {
      expect(resource).toEqual({
        resourceType: "cloud_run_revision",
        resourceLabels: RESOURCE_LABELS,
      });
      return {
        ...metricLabels,
        points: points.map(({ end, value }) => [
          (end - Date.parse(NOW)) / 60_000,
          JSON.parse(JSON.stringify(value)),
        ]),
      };
    });
  };
  return { metrics, revision, revisions, series };
}

// google-cloud.md 8.2
describe("The metrics of Cloud Run (G 8.2)", () => {
  it("count the requests of each minute by status, and how long they took", () => {
    const { metrics, series } = start();
    metrics.request(SERVICE, REVISION, 204, 10, after(0, 5));
    metrics.request(SERVICE, REVISION, 204, 30, after(0, 50));
    metrics.request(SERVICE, REVISION, 503, 7, after(1));

    const ok = { response_code: "204", response_code_class: "2xx" };
    const failed = { response_code: "503", response_code_class: "5xx" };
    expect(series("request_count", after(1, 30))).toEqual([
      { ...ok, points: [[1, 2]] },
      { ...failed, points: [] },
    ]);
    expect(series("request_count", after(2))).toEqual([
      { ...ok, points: [[1, 2]] },
      { ...failed, points: [[2, 1]] },
    ]);
    expect(series("request_latencies", after(2))).toMatchObject([
      { ...ok, points: [[1, { count: "2", mean: 20 }]] },
      { ...failed, points: [[2, { count: "1", mean: 7 }]] },
    ]);
  });

  it("sample the instances at each minute, as they were until they change", () => {
    const { metrics, revision, revisions, series } = start();
    metrics.catchUp(after(2, 30));
    Object.assign(revision, { active: 3, idle: 0 });
    metrics.catchUp(after(3));
    revisions.pop();

    expect(series("container/instance_count", after(5))).toEqual([
      {
        state: "active",
        points: [
          [1, 0],
          [2, 0],
          [3, 3],
        ],
      },
      {
        state: "idle",
        points: [
          [1, 1],
          [2, 1],
          [3, 0],
        ],
      },
    ]);
  });

  it("are kept for six hours", () => {
    const { metrics, revisions, series } = start();
    revisions.pop();
    metrics.request(SERVICE, REVISION, 204, 10, after(0));

    expect(series("request_count", after(359))).toHaveLength(1);
    expect(series("request_count", after(360))).toEqual([]);
  });
});
