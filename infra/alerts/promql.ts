import { logMetricName, type Naming } from "../config/names.ts";
import type { Counted } from "./logMetrics.ts";

/*
 * Expressions in PromQL, as Cloud Monitoring takes them. A log-based metric that is silent may have zeros or nothing:
 * what is counted here is 0 in either case.
 */

type Labels = Readonly<Record<string, string>>;

/** What a metric is called, and its labels; a value that begins with `~` is a regular expression. */
export function selector(type: string, resource: string, labels: Labels): string {
  const name = type.replace("/", ":").replace(/[^A-Za-z0-9_:]/g, "_");
  const matchers = Object.entries({ monitored_resource: resource, ...labels }).map(
    ([label, value]) =>
      value.startsWith("~") ? `${label}=~"${value.slice(1)}"` : `${label}="${value}"`,
  );
  return `${name}{${matchers.join(",")}}`;
}

/** The monitored resource of what a log-based metric counts. */
const RESOURCES: Readonly<Record<Counted, string>> = {
  ended: "cloud_run_revision",
  "dead-letters": "cloud_run_revision",
  pings: "cloud_run_revision",
  deliveries: "cloud_run_revision",
  runs: "cloud_scheduler_job",
  pauses: "global",
};

export function logSelector(naming: Naming, key: Counted, labels: Labels = {}): string {
  return selector(
    `logging.googleapis.com/user/${logMetricName(naming, key)}`,
    RESOURCES[key],
    labels,
  );
}

/** How many there were in a window, 0 where there is no series. */
export function count(series: string, windowS: number): string {
  return `(sum(increase(${series}[${windowS}s])) or vector(0))`;
}

/** `query` once the thing that it is about has been watched for a whole window. */
export function onceWatched(query: string, since: number, windowS: number): string {
  return `(${query} and on() (vector(time()) > ${since + windowS}))`;
}

/** One expression of several, each told apart by a label. */
export function anyOf(label: string, cases: readonly (readonly [string, string])[]): string {
  return cases
    .map(([value, query]) => `label_replace(${query}, "${label}", "${value}", "", "")`)
    .join(" or ");
}
