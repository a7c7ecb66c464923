import { startLocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import { dashboardOf, type DashboardContent, type Tile } from "../../infra/dashboard.ts";
import { hasPromtool, unexpected, unreadable, type MinuteValues } from "../support/promtool.ts";
import { watchedStack } from "./alerts/watchedStack.ts";

/** The metrics that there are, as expressions name them (docs/google-cloud.md 8.2), and a stack's own. */
const KNOWN = [
  "cloudtasks_googleapis_com:queue_depth",
  "cloudtasks_googleapis_com:queue_task_attempt_count",
  "cloudtasks_googleapis_com:queue_task_attempt_delays_bucket",
  "logging_googleapis_com:user_prod_dead_letters",
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
const [digest] = watchedStack().schedules;
const { mosaicLayout, displayName } = dashboardOf(
  watchedStack({
    queues: [email!, { ...email!, key: "default" }],
    workers: [worker!, { ...worker!, key: "reports", service: "prod-worker-reports" }],
    schedules: [digest!, { ...digest!, key: "hourly", job: "prod-hourly" }],
  }),
);

/** One with so many queues that they share a row. */
const ofMany = dashboardOf(
  watchedStack({
    queues: Array.from({ length: 12 }, (_, i) => ({ ...email!, key: `queue-${i}` })),
  }),
);

interface Query {
  readonly timeSeriesQuery: { readonly prometheusQuery: string };
}

/** What a tile draws: the expressions of a chart or of a table. */
function queriesOf({ widget }: Tile): string[] {
  const { xyChart, timeSeriesTable } = widget as {
    readonly xyChart?: { readonly dataSets: readonly Query[] };
    readonly timeSeriesTable?: { readonly dataSets: readonly Query[] };
  };
  const { dataSets = [] } = xyChart ?? timeSeriesTable ?? {};
  return dataSets.map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery);
}

function tileOf(title: string, { mosaicLayout: { tiles } } = { mosaicLayout }): Tile {
  return tiles.find(({ widget }) => widget.title.startsWith(title))!;
}

function titles({ mosaicLayout: { tiles } }: Pick<DashboardContent, "mosaicLayout">): string[][] {
  return [...Map.groupBy(tiles, ({ yPos }) => yPos).values()].map((row) =>
    row.map(({ widget }) => widget.title),
  );
}

const ofQueue = (key: string): string[] => [
  `${key}: tasks`,
  `${key}: ended a second`,
  `${key}: wait, in ms`,
  `${key}: dead letters in an hour, by cause`,
];

describe("dashboardOf", () => {
  it("has a row of what is for all, one of schedules, one a queue and one a worker", () => {
    expect(displayName).toBe("prod: tasks");
    expect(titles({ mosaicLayout })).toEqual([
      ["Commands", "Dead letters"],
      [
        "Schedules: hours since the last run, of 32 days",
        "Schedules and pings: runs in an hour",
        "Schedules: what Cloud Scheduler says",
      ],
      ofQueue("email"),
      ofQueue("default"),
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

  it("has one row of all queues where there are more than six", () => {
    const queues = ["a", "b", "c", "d", "e", "f"].map((key) => ({ ...email!, key }));

    expect(titles(dashboardOf(watchedStack({ queues }))).slice(2, 8)).toEqual(
      queues.map(({ key }) => ofQueue(key)),
    );
    expect(titles(ofMany)[2]).toEqual([
      "Queues: tasks, of the eight with most",
      "Queues: ended a second",
      "Queues: wait, p99 in ms",
      "Queues: dead letters in an hour, by cause",
    ]);
  });

  it("says nothing of schedules where there are none", () => {
    expect(titles(dashboardOf(watchedStack({ schedules: [] })))[1]).toEqual([
      "Schedules and pings: runs in an hour",
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

  it("has in each tile one thing that Google's dashboards know", () => {
    const kinds = mosaicLayout.tiles.map(({ widget }) =>
      Object.keys(widget)
        .filter((key) => key !== "title")
        .join(),
    );

    expect(new Set(kinds)).toEqual(new Set(["text", "xyChart", "timeSeriesTable", "logsPanel"]));
    expect(tileOf("Schedules: hours").widget["timeSeriesTable"]).toEqual({
      dataSets: [{ timeSeriesQuery: { prometheusQuery: expect.any(String) as string } }],
      metricVisualization: "NUMBER",
    });
    expect(tileOf("Schedules: what").widget["logsPanel"]).toEqual({
      filter: expect.stringContaining('"^(prod-daily-digest|prod-hourly)$"') as string,
      resourceNames: ["projects/my-project"],
    });
  });

  it("shows entries of a log by a filter that is one", async () => {
    const cloud = await startLocalCloud({ clock: "virtual", startTime: new Date("2026-11-24") });
    const { filter } = tileOf("Schedules: what").widget["logsPanel"] as { filter: string };
    try {
      const project = "projects/local-project";
      const entries = { resourceNames: [project], filter };
      expect(await apiAt(cloud.endpoint).post("/v2/entries:list", entries)).toEqual({});
    } finally {
      await cloud.stop();
    }
  });
});

const HOUR = 60;

function logged(
  name: string,
  labels: Readonly<Record<string, string>>,
  resource: MinuteValues["resource"],
  minutes: readonly number[],
  value = 1,
): MinuteValues {
  const metric = { type: `logging.googleapis.com/user/prod-${name}`, labels };
  return { metric, resource, kind: "DELTA", values: new Map(minutes.map((at) => [at, value])) };
}

// A real engine: what PromQL means is not this project's to say.
(hasPromtool ? describe : describe.skip)("An expression of the dashboard", () => {
  const tiles = [...mosaicLayout.tiles, ...ofMany.mosaicLayout.tiles.slice(5, 9)];
  const drawn = tiles.flatMap((tile) =>
    queriesOf(tile).map((query) => ({ title: tile.widget.title, query })),
  );

  it.each(drawn)("can be read: $title, $query", ({ query }) => {
    expect(unreadable(query)).toBe("");
  });

  it("says of each schedule how long ago it ran, and nothing of pings", () => {
    const [query = ""] = queriesOf(tileOf("Schedules: hours"));
    const ran = (job: string, ...minutes: number[]): MinuteValues =>
      logged("runs", {}, { type: "cloud_scheduler_job", labels: { job_id: job } }, minutes);
    const series = [
      ran("prod-daily-digest", 2 * HOUR, 26 * HOUR),
      ran("prod-hourly", ...Array.from({ length: 30 }, (_, i) => (i + 1) * HOUR)),
      ran("prod-ping-email", 20 * HOUR),
    ];
    const between = (low: number, high: number) => ({
      query: `(${query}) > ${low} < ${high}`,
      durationS: 0,
      everyS: 1800,
    });
    const at = 30 * HOUR + 30;

    const digest = [{ minute: at, labels: [{ job_id: "prod-daily-digest" }] }];
    expect(unexpected(between(4.3, 4.6), series, digest)).toBe("");
    const hourly = [{ minute: at, labels: [{ job_id: "prod-hourly" }] }];
    expect(unexpected(between(0.3, 0.6), series, hourly)).toBe("");
    const neither = [{ minute: at, labels: [] }];
    expect(unexpected(between(0.6, 4.3), series, neither)).toBe("");
    expect(unexpected(between(4.6, 1000), series, neither)).toBe("");
  });

  it("draws the eight causes that lead, of one queue", () => {
    const [query = ""] = queriesOf(tileOf("email: dead letters"));
    const dead = (queue: string, cause: string, count: number): MinuteValues =>
      logged(
        "dead-letters",
        { queue, task: "send-email", cause },
        { type: "cloud_run_revision", labels: { service_name: "prod-worker" } },
        [30],
        count,
      );
    const causes = Array.from({ length: 12 }, (_, i) => `c${i + 10}`);
    const series = [
      ...causes.map((cause, i) => dead("email", cause, 100 - i)),
      dead("default", "other", 500),
    ];
    const rule = { query, durationS: 0, everyS: 60 };

    expect(
      unexpected(rule, series, [
        { minute: 29, labels: [] },
        {
          minute: 40,
          labels: causes.slice(0, 8).map((cause) => ({ task: "send-email", cause })),
        },
        { minute: 95, labels: [] },
      ]),
    ).toBe("");
  });

  it("draws the eight queues that lead, of many", () => {
    const [query = ""] = queriesOf(tileOf("Queues: tasks", ofMany));
    const idOf = (key: string): string => `prod-${key}-0123abcd`;
    const depth = (key: string, tasks: number): MinuteValues => ({
      metric: { type: "cloudtasks.googleapis.com/queue/depth" },
      resource: { type: "cloud_tasks_queue", labels: { queue_id: idOf(key) } },
      kind: "GAUGE",
      values: new Map([[30, tasks]]),
    });
    const keys = Array.from({ length: 12 }, (_, i) => `queue-${i}`);
    const series = [...keys.map((key, i) => depth(key, 100 - i)), depth("another", 500)];

    expect(
      unexpected({ query, durationS: 0, everyS: 60 }, series, [
        { minute: 30, labels: keys.slice(0, 8).map((key) => ({ queue_id: idOf(key) })) },
      ]),
    ).toBe("");
  });
});

function cellsOf({ xPos, yPos, width, height }: Tile): string[] {
  return Array.from(
    { length: width * height },
    (_, i) => `${xPos + (i % width)} ${yPos + Math.floor(i / width)}`,
  );
}
