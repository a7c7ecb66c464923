import { Metric, type MetricArgs } from "@pulumi/gcp/logging/metric.js";
import {
  ProjectExclusion,
  type ProjectExclusionArgs,
} from "@pulumi/gcp/logging/projectExclusion.js";
import { AlertPolicy, type AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy.js";
import { Dashboard, type DashboardArgs } from "@pulumi/gcp/monitoring/dashboard.js";
import {
  NotificationChannel,
  type NotificationChannelArgs,
} from "@pulumi/gcp/monitoring/notificationChannel.js";
import type { input as inputs } from "@pulumi/gcp/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomUuid7, type RandomUuid7Args } from "@pulumi/random/randomUuid7.js";
import { parseCron, type Cron } from "@background-tasks/google/cron.ts";
import { longestGapMinutes } from "@background-tasks/google/cronGap.ts";
import { leastOffsetMs } from "@background-tasks/google/timeZone.ts";
import { alertsOf, type Alert, type Condition } from "./alerts/alerts.ts";
import type { DueDays } from "./alerts/dueDays.ts";
import { linksOf, type AlertLink } from "./alerts/links.ts";
import { logMetricsOf, type LogMetric } from "./alerts/logMetrics.ts";
import { successesOf } from "./alerts/requestLog.ts";
import type { Watched } from "./alerts/watched.ts";
import { maxWaitOf } from "./config/alertSettings.ts";
import { DEAD_LETTER_QUEUE } from "./config/checks.ts";
import type { StackConfig } from "./config/config.ts";
import type { Labels } from "./config/labels.ts";
import { jobName, logMetricName, pingJobName, workerNames, type Naming } from "./config/names.ts";
import { dashboardOf } from "./dashboard.ts";
import { transformed, type Transform } from "./transform.ts";

export interface WatchArgs
  extends
    Naming,
    Pick<
      StackConfig,
      | "project"
      | "region"
      | "queues"
      | "schedules"
      | "workers"
      | "alerts"
      | "canary"
      | "requestLogs"
      | "labels"
    > {
  /** @default - the resources as this component asks for them */
  transform?: {
    policy?: Transform<AlertPolicyArgs>;
    metric?: Transform<MetricArgs>;
    channel?: Transform<NotificationChannelArgs>;
    dashboard?: Transform<DashboardArgs>;
    id?: Transform<RandomUuid7Args>;
    exclusion?: Transform<ProjectExclusionArgs>;
  };
}

/** The share of tasks that should be done, and not become dead letters. */
const OBJECTIVE = 0.999;

/**
 * What tells people that something is wrong: log-based metrics, alert policies, the channels that they write to, and
 * a dashboard; none of these where a stack's alerts are off. And where it wants no requests in the log that succeeded,
 * an exclusion of them.
 */
export class Watch extends pulumi.ComponentResource {
  /** The full names of the alert policies by the keys of their alerts: `projects/P/alertPolicies/ID`. */
  readonly policies: Readonly<Record<string, pulumi.Output<string>>>;

  /** The types of the log-based metrics by their keys, as Cloud Monitoring calls them. */
  readonly logMetrics: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:watch:Watch", name, {}, opts);
    const { alerts, requestLogs, transform } = args;
    const watched = watchedOf(args);
    // Children of a component wait for nothing that it waits for by itself.
    const parent = { parent: this, dependsOn: opts?.dependsOn ?? [] };

    if (requestLogs === "failures") {
      const exclusionName = `${name}-requests-done`;
      new ProjectExclusion(
        exclusionName,
        transformed(transform?.exclusion, exclusionName, successesOf(watched)),
        parent,
      );
    }
    if (!alerts.enabled) {
      this.policies = {};
      this.logMetrics = {};
      this.registerOutputs({});
      return;
    }
    const byKey = logMetricsOf(watched).map((metric): [string, Metric] => {
      const metricName = `${name}-${metric.key}`;
      const asked = transformed(transform?.metric, metricName, metricArgs(args, metric));
      return [metric.key, new Metric(metricName, asked, parent)];
    });
    const metrics = byKey.map(([, metric]) => metric);
    this.logMetrics = Object.fromEntries(
      byKey.map(([key, metric]) => [
        key,
        pulumi.interpolate`logging.googleapis.com/user/${metric.name}`,
      ]),
    );
    const channels = new Map(
      [...new Set([...alerts.page, ...alerts.tell])].map((channel) => [
        channel,
        this.#channel(name, channel, args, parent),
      ]),
    );
    const ids = idsOf(name, args, this);
    this.policies = Object.fromEntries(
      alertsOf(watched).map((alert) => {
        const policyName = `${name}-${alert.key}`;
        const policy = new AlertPolicy(
          policyName,
          transformed(transform?.policy, policyName, {
            ...policyArgs(alert, linksOf(alert.key, watched, alerts.runbook), ids, args),
            notificationChannels: alerts[alert.to].map(
              (channel) => channels.get(channel) ?? channel,
            ),
          }),
          { parent: this, dependsOn: metrics },
        );
        return [alert.key, policy.name];
      }),
    );
    new Dashboard(
      name,
      transformed(transform?.dashboard, name, {
        dashboardJson: JSON.stringify(dashboardOf(watched)),
      }),
      { parent: this, dependsOn: metrics },
    );

    this.registerOutputs({});
  }

  /** A channel that there is by its name; one for an address is made. */
  #channel(
    name: string,
    channel: string,
    { stack, labels, transform }: WatchArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Input<string> {
    const [, address] = /^email:(.*)$/.exec(channel) ?? [];
    if (address === undefined) return channel;
    const channelName = `${name}-${address}`;
    const made = new NotificationChannel(
      channelName,
      transformed(transform?.channel, channelName, {
        type: "email",
        displayName: `${stack}: ${address}`,
        labels: { email_address: address },
        ...userLabels(labels),
      }),
      opts,
    );
    return made.name;
  }
}

/** What there is to watch, in plain values. */
function watchedOf(args: WatchArgs): Watched {
  const { stack, namePrefix, project, region, queues, schedules, workers, alerts, canary } = args;
  const naming = { stack, ...(namePrefix !== undefined && { namePrefix }) };
  return {
    naming,
    project,
    region,
    queues: Object.entries(queues).map(([key, queue]) => ({
      key,
      maxDispatchesPerSecond: queue.rateLimits.maxDispatchesPerSecond,
      maxWaitS: maxWaitOf(queue, alerts),
      pingJob:
        canary === undefined || queue.retired === true ? undefined : pingJobName(naming, key),
    })),
    deadLetterQueue: DEAD_LETTER_QUEUE,
    schedules: runningSchedules(schedules).map(([key, { cron, timeZone }]) => ({
      key,
      job: jobName(naming, key),
      longestGapS: gapS(cron),
      ...(gapS(cron) > 86_400 && { dueDays: dueDaysOf(parseCron(cron), timeZone) }),
    })),
    workers: Object.entries(workers).map(([key, { maxInstances }]) => ({
      key,
      service: workerNames(naming, key).service,
      maxInstances,
    })),
    canaryGapS: canary === undefined ? undefined : gapS(canary),
    objective: OBJECTIVE,
    delayedTasks: alerts.delayedTasks,
  };
}

function runningSchedules(schedules: WatchArgs["schedules"]) {
  return Object.entries(schedules).filter(([, { paused }]) => !paused);
}

function gapS(cron: string): number {
  return longestGapMinutes(parseCron(cron)) * 60;
}

/** Of a zone whose clocks change, by the clocks that are behind: a run is missed an hour later then, and never early. */
function dueDaysOf(cron: Cron, timeZone: string): DueDays {
  const firstMinute = Math.min(...cron.hours) * 60 + Math.min(...cron.minutes);
  return { cron, firstS: firstMinute * 60 - leastOffsetMs(timeZone) / 1000 };
}

type Ids = Readonly<Record<string, string>>;

/** An id for each thing that is watched, which begins with the time since when it is, and is kept. */
function idsOf(
  name: string,
  { queues, schedules, workers, canary = "", transform }: WatchArgs,
  parent: pulumi.Resource,
): pulumi.Output<Ids> {
  // A thing with other keepers is another one, which has done nothing yet.
  const things: Readonly<Record<string, Record<string, string>>> = {
    ...Object.fromEntries(
      Object.entries(queues).map(([key, { retired = false }]) => [
        `queue:${key}`,
        // One that is retired is sent no pings.
        { canary, ...(retired && { retired: "true" }) },
      ]),
    ),
    ...Object.fromEntries(
      runningSchedules(schedules).map(([key, { cron, timeZone }]) => [
        `schedule:${key}`,
        { cron, timeZone },
      ]),
    ),
    ...Object.fromEntries(Object.keys(workers).map((key) => [`worker:${key}`, {}])),
  };
  const made = Object.fromEntries(
    Object.entries(things).map(([thing, keepers]) => {
      const idName = `${name}-${thing}`;
      const args = transformed(transform?.id, idName, { keepers });
      return [thing, new RandomUuid7(idName, args, { parent }).result];
    }),
  );
  return pulumi.all(made);
}

/** The time in an id of version 7, in seconds since 1970. */
function secondsOf(uuid: string): number {
  return Math.floor(parseInt(uuid.replace("-", "").slice(0, 12), 16) / 1000);
}

function metricArgs(naming: Naming, { key, description, filter, labels }: LogMetric): MetricArgs {
  const entries = Object.entries(labels);
  return {
    name: logMetricName(naming, key),
    description,
    filter,
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: "INT64",
      unit: "1",
      ...(entries.length > 0 && {
        labels: entries.map(([label, { says }]) => ({
          key: label,
          valueType: "STRING",
          description: says,
        })),
      }),
    },
    ...(entries.length > 0 && {
      labelExtractors: Object.fromEntries(
        entries.map(([label, { from }]) => [label, `EXTRACT(${from})`]),
      ),
    }),
  };
}

/** What a day's alert is closed after, where nothing closes it before. */
const AUTO_CLOSE = "86400s";

function policyArgs(
  { title, to, condition, text }: Alert,
  links: AlertLink[],
  ids: pulumi.Output<Ids>,
  { stack, labels }: WatchArgs,
): AlertPolicyArgs {
  return {
    displayName: `${stack}: ${title}`,
    combiner: "OR",
    severity: to === "page" ? "CRITICAL" : "WARNING",
    conditions: conditionsArgs(title, condition, ids),
    documentation: {
      mimeType: "text/markdown",
      subject: `${stack}: ${title}`,
      content: text,
      links,
    },
    alertStrategy:
      condition.kind === "log"
        ? {
            notificationRateLimit: { period: `${condition.everyS}s` },
            autoClose: "3600s",
          }
        : { autoClose: AUTO_CLOSE, notificationPrompts: ["OPENED", "CLOSED"] },
    ...userLabels(labels),
  };
}

function userLabels(labels: Labels): { userLabels?: Labels } {
  return Object.keys(labels).length === 0 ? {} : { userLabels: labels };
}

type ConditionArgs = inputs.monitoring.AlertPolicyCondition;

function conditionsArgs(
  title: string,
  condition: Condition,
  ids: pulumi.Output<Ids>,
): ConditionArgs[] {
  switch (condition.kind) {
    case "log":
      return [
        {
          displayName: title,
          conditionMatchedLog: {
            filter: condition.filter,
            labelExtractors: Object.fromEntries(
              Object.entries(condition.extractors).map(([label, from]) => [
                label,
                `EXTRACT(${from})`,
              ]),
            ),
          },
        },
      ];
    case "promql":
      return [
        {
          displayName: title,
          conditionPrometheusQueryLanguage: {
            query: queryOf(condition, ids),
            duration: `${condition.durationS}s`,
            evaluationInterval: `${condition.everyS}s`,
            // A metric's descriptor comes up to ten minutes after it.
            disableMetricValidation: true,
          },
        },
      ];
    case "threshold":
      return condition.limits.map(({ of, filter, above }) => ({
        displayName: of === undefined ? title : `${title} (${of})`,
        conditionThreshold: {
          filter,
          comparison: "COMPARISON_GT",
          thresholdValue: above,
          duration: `${condition.durationS}s`,
          // Unless it says so, what is open stays open for as long as nothing is measured.
          evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
          aggregations: [
            {
              alignmentPeriod: `${condition.alignS}s`,
              perSeriesAligner: condition.aligner,
              crossSeriesReducer: "REDUCE_MAX",
              groupByFields: [condition.groupBy],
            },
          ],
        },
      }));
  }
}

/** What follows from no time is known before anything is made. */
function queryOf(
  { query }: Condition & { kind: "promql" },
  ids: pulumi.Output<Ids>,
): pulumi.Input<string> {
  if (typeof query === "string") return query;
  return ids.apply((made) =>
    query((thing) => {
      const id = made[thing];
      if (id === undefined) throw new Error(`Nothing says since when '${thing}' is watched.`);
      return secondsOf(id);
    }),
  );
}
