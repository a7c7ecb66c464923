import { dashboardOf, type Tile } from "../../infra/dashboard.ts";
import { watchedStack } from "./alerts/watchedStack.ts";

/** The metrics that there are, as expressions name them (docs/google-cloud.md 8.2), and a stack's own. */
const KNOWN = [
  "cloudtasks_googleapis_com:queue_depth",
  "cloudtasks_googleapis_com:queue_task_attempt_count",
  "cloudtasks_googleapis_com:queue_task_attempt_delays_bucket",
  "logging_googleapis_com:user_prod_deliveries",
  "logging_googleapis_com:user_prod_ended",
  "logging_googleapis_com:user_prod_runs",
  "run_googleapis_com:container_billable_instance_time",
  "run_googleapis_com:container_instance_count",
  "run_googleapis_com:container_memory_utilizations_bucket",
  "run_googleapis_com:container_startup_latencies_bucket",
  "run_googleapis_com:request_latencies_bucket",
];

const [email] = watchedStack().queues;
const [worker] = watchedStack().workers;
const { mosaicLayout, displayName } = dashboardOf(
  watchedStack({
    queues: [email!, { ...email!, key: "default" }],
    workers: [worker!, { ...worker!, key: "reports", service: "prod-worker-reports" }],
  }),
);

describe("dashboardOf", () => {
  it("has a row of what is for all, one a queue and one a worker", () => {
    const rows = Map.groupBy(mosaicLayout.tiles, ({ yPos }) => yPos);

    expect(displayName).toBe("prod: tasks");
    expect([...rows.values()].map((row) => row.map(({ widget }) => widget.title))).toEqual([
      ["Commands", "Dead letters", "Schedules: runs in an hour"],
      ["email: tasks", "email: ended a second", "email: wait, in ms"],
      ["default: tasks", "default: ended a second", "default: wait, in ms"],
      ...["prod-worker", "prod-worker-reports"].map((service) => [
        `${service}: answers a second`,
        `${service}: instances`,
        `${service}: memory, p99 of the share`,
        `${service}: time to answer, in ms`,
        `${service}: time to start, in ms`,
        `${service}: instances that are billed`,
      ]),
    ]);
  });

  it("has 48 columns that are all used, and no tile on another", () => {
    expect(mosaicLayout.columns).toBe(48);
    const cells = mosaicLayout.tiles.flatMap(cellsOf);
    expect(new Set(cells).size).toBe(cells.length);
    const height = Math.max(...mosaicLayout.tiles.map(({ yPos, height }) => yPos + height));
    expect(cells).toHaveLength(48 * height);
  });

  it("draws metrics that there are", () => {
    const text = JSON.stringify(mosaicLayout);

    const named = text.match(/\w+_googleapis_com:\w+/g) ?? [];
    expect([...new Set(named)].sort()).toEqual(KNOWN);
    expect(text).not.toContain("response_code");
  });
});

function cellsOf({ xPos, yPos, width, height }: Tile): string[] {
  return Array.from(
    { length: width * height },
    (_, i) => `${xPos + (i % width)} ${yPos + Math.floor(i / width)}`,
  );
}
