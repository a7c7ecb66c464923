import { executionsOf } from "./alerts/logMetrics.ts";
import { count, logSelector, selector } from "./alerts/promql.ts";
import type { Naming } from "./config/names.ts";
import { queueIds, type Watched } from "./alerts/watched.ts";

/** A dashboard of Cloud Monitoring. https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards */
export interface DashboardContent {
  readonly displayName: string;
  readonly mosaicLayout: { readonly columns: number; readonly tiles: readonly Tile[] };
}

/** Where a widget is, and how large, in columns and rows of the mosaic. */
export interface Tile {
  readonly xPos: number;
  readonly yPos: number;
  readonly width: number;
  readonly height: number;
  readonly widget: { readonly title: string } & Readonly<Record<string, unknown>>;
}

const COLUMNS = 48;
const HEIGHT = 16;

/** Of more queues one can read no rows: they share one. */
const MOST_ROWS = 6;

/** A stack on one page: the commands, dead letters and schedules, a row a queue or one of all, and a row a worker. */
export function dashboardOf(watched: Watched): DashboardContent {
  const { naming, queues, workers } = watched;
  const rows = [
    [commands(naming.stack), deadLetters(watched)],
    scheduleRow(watched),
    ...(queues.length > MOST_ROWS
      ? [rowOfAll(watched)]
      : queues.map(({ key }) => queueRow(naming, key))),
    ...workers.map(({ service, maxInstances }) => workerRow(naming, service, maxInstances)),
  ];
  return {
    displayName: `${naming.stack}: tasks`,
    mosaicLayout: { columns: COLUMNS, tiles: rows.flatMap(tilesOf) },
  };
}

type Widget = Tile["widget"];

/** The widgets of a row, side by side. */
function tilesOf(widgets: readonly Widget[], row: number): Tile[] {
  const width = COLUMNS / widgets.length;
  return widgets.map((widget, i) => ({
    xPos: i * width,
    yPos: row * HEIGHT,
    width,
    height: HEIGHT,
    widget,
  }));
}

/** What is drawn: a name for each line, and its expression. */
type Lines = Readonly<Record<string, string>>;

function chart(title: string, lines: Lines, threshold?: number): Widget {
  return {
    title,
    xyChart: {
      dataSets: Object.entries(lines).map(([legend, prometheusQuery]) => ({
        timeSeriesQuery: { prometheusQuery },
        plotType: "LINE",
        legendTemplate: legend,
      })),
      ...(threshold !== undefined && { thresholds: [{ value: threshold }] }),
    },
  };
}

/** What Cloud Tasks counts of these queues. */
function queueSeries(naming: Naming, metric: string, ...keys: readonly string[]): string {
  return selector(`cloudtasks.googleapis.com/queue/${metric}`, "cloud_tasks_queue", {
    queue_id: `~${queueIds(naming, ...keys)}`,
  });
}

function queueRow(naming: Naming, key: string): Widget[] {
  const series = (metric: string): string => queueSeries(naming, metric, key);
  const delays = (quantile: number): string =>
    `histogram_quantile(${quantile}, sum by (le) (rate(${series("task_attempt_delays_bucket")}[5m])))`;
  return [
    chart(`${key}: tasks`, { tasks: `sum(${series("depth")})` }),
    chart(`${key}: ended a second`, {
      "${labels.outcome}": `sum by (outcome) (rate(${logSelector(naming, "ended", { queue: key })}[5m]))`,
      deliveries: `sum(rate(${series("task_attempt_count")}[5m]))`,
    }),
    chart(`${key}: wait, in ms`, { p50: delays(0.5), p99: delays(0.99) }),
    chart(`${key}: dead letters in an hour, by cause`, {
      "${labels.task}: ${labels.cause}": leading(
        `sum by (task, cause) (increase(${logSelector(naming, "dead-letters", { queue: key })}[3600s])) > 0`,
      ),
    }),
  ];
}

/** What `queueRow` shows of one, of those that lead in it. */
function rowOfAll({ naming, queues }: Watched): Widget[] {
  const series = (metric: string): string =>
    queueSeries(naming, metric, ...queues.map(({ key }) => key));
  const delays = `sum by (le, queue_id) (rate(${series("task_attempt_delays_bucket")}[5m]))`;
  return [
    chart("Queues: tasks, of the eight with most", {
      "${labels.queue_id}": leading(`sum by (queue_id) (${series("depth")})`),
    }),
    chart("Queues: ended a second", {
      "${labels.queue}: ${labels.outcome}": leading(
        `sum by (queue, outcome) (rate(${logSelector(naming, "ended")}[5m])) > 0`,
      ),
    }),
    chart("Queues: wait, p99 in ms", {
      "${labels.queue_id}": leading(`histogram_quantile(0.99, ${delays})`),
    }),
    chart("Queues: dead letters in an hour, by cause", {
      "${labels.queue}, ${labels.task}: ${labels.cause}": leading(
        `sum by (queue, task, cause) (increase(${logSelector(naming, "dead-letters")}[3600s])) > 0`,
      ),
    }),
  ];
}

/** Those that lead at each time, so that a chart is to be read where there are hundreds. */
function leading(series: string): string {
  return `topk(8, ${series})`;
}

function workerRow(naming: Naming, service: string, maxInstances: number): Widget[] {
  const series = (metric: string, labels = {}): string =>
    selector(`run.googleapis.com/${metric}`, "cloud_run_revision", {
      service_name: service,
      ...labels,
    });
  const deliveries = logSelector(naming, "deliveries", { service_name: service });
  return [
    chart(`${service}: answers a second`, {
      "${labels.status}": `sum by (status) (rate(${deliveries}[5m]))`,
    }),
    chart(
      `${service}: instances`,
      { "${labels.state}": `sum by (state) (${series("container/instance_count")})` },
      maxInstances,
    ),
    chart(`${service}: memory, p99 of the share`, {
      memory: `histogram_quantile(0.99, sum by (le) (rate(${series("container/memory/utilizations_bucket")}[5m])))`,
    }),
    chart(`${service}: time to answer, in ms`, {
      p50: `histogram_quantile(0.5, sum by (le) (rate(${series("request_latencies_bucket")}[5m])))`,
      p99: `histogram_quantile(0.99, sum by (le) (rate(${series("request_latencies_bucket")}[5m])))`,
    }),
    chart(`${service}: time to start, in ms`, {
      p50: `histogram_quantile(0.5, sum by (le) (rate(${series("container/startup_latencies_bucket")}[1h])))`,
      p99: `histogram_quantile(0.99, sum by (le) (rate(${series("container/startup_latencies_bucket")}[1h])))`,
    }),
    chart(`${service}: instances that are billed`, {
      instances: `sum(rate(${series("container/billable_instance_time")}[5m]))`,
    }),
  ];
}

function deadLetters({ naming, deadLetterQueue }: Watched): Widget {
  const depth = selector("cloudtasks.googleapis.com/queue/depth", "cloud_tasks_queue", {
    queue_id: `~${queueIds(naming, deadLetterQueue)}`,
  });
  const dead = logSelector(naming, "ended", { outcome: "dead-letter" });
  return chart("Dead letters", {
    waiting: `sum(${depth})`,
    "new in an hour": count(dead, 3600),
  });
}

/** How long ago each schedule ran, how often of late, and what the log says of it. */
function scheduleRow({ naming, project, schedules }: Watched): Widget[] {
  const runs = chart("Schedules and pings: runs in an hour", {
    "${labels.job_id}": `sum by (job_id) (increase(${logSelector(naming, "runs")}[3600s]))`,
  });
  const jobs = schedules.map(({ job }) => job);
  if (jobs.length === 0) return [runs];
  const ofSchedules = logSelector(naming, "runs", { job_id: `~${jobs.join("|")}` });
  return [
    {
      title: "Schedules: hours since the last run, of 32 days",
      timeSeriesTable: {
        dataSets: [{ timeSeriesQuery: { prometheusQuery: hoursSince(ofSchedules) } }],
        metricVisualization: "NUMBER",
      },
    },
    runs,
    {
      title: "Schedules: what Cloud Scheduler says",
      logsPanel: { filter: executionsOf(jobs), resourceNames: [`projects/${project}`] },
    },
  ];
}

/** To ten minutes. There is no schedule that runs less often than once in 32 days. */
function hoursSince(runs: string): string {
  const ran = `sum by (job_id) (increase(${runs}[600s])) > 0`;
  return `(time() - max by (job_id) (max_over_time(timestamp(${ran})[${32 * 86_400}s:600s]))) / 3600`;
}

function commands(stack: string): Widget {
  const lines = ["status", "queues", "dead-letters", "redrive --all --dry-run", "pause --all"].map(
    (command) => `    npm run tasks -- ${command} --stack ${stack}`,
  );
  return {
    title: "Commands",
    text: { format: "MARKDOWN", content: [`Stack \`${stack}\``, "", ...lines].join("\n") },
  };
}
