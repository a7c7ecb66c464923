import { randomUUID } from "node:crypto";
import type { Method } from "../api/method.ts";
import { checkMetrics } from "./alertMetrics.ts";
import { checkPolicy } from "./checkPolicy.ts";
import { checkUserLabels } from "./checkUserLabels.ts";
import { alertMethods } from "./alertMethods.ts";
import { Alerts, type AlertsOptions } from "./alerts.ts";
import { metricDescriptorMethods } from "./metricDescriptorMethods.ts";
import { timeSeriesMethods, type TimeSeriesOptions } from "./timeSeriesMethods.ts";
import { alertPolicyMessage, channelMessage, dashboardMessage } from "./monitoringMessages.ts";
import type { Message } from "../api/protoJson.ts";
import {
  storedMethods,
  textOf,
  type StoredChange,
  type StoredKind,
} from "../data/storedMethods.ts";
import { etagOf, StoredResources, timestamp } from "../data/storedResources.ts";

export interface MonitoringOptions
  extends TimeSeriesOptions, Pick<AlertsOptions, "events" | "watchEntries" | "catchUp"> {}

/** Cloud Monitoring of one project: its metrics, and what it is told to watch. */
export interface Monitoring {
  readonly methods: Method[];
  readonly exists: (resource: string) => boolean;
  readonly alerts: Alerts;
}

export function createMonitoring(options: MonitoringOptions): Monitoring {
  const store = new StoredResources("monitoring", {
    ...options,
    onPut: (name, resource) => {
      if (isPolicy(name)) alerts.put(resource);
    },
    onDelete: (name) => {
      if (isPolicy(name)) alerts.delete(name);
      options.onDelete?.(name);
    },
  });
  const kept = [...store.all()].filter((one) => isPolicy(textOf(one, "name")));
  const alerts = new Alerts(kept, options);
  const record = (member: string) => ({ mutateTime: timestamp(options.clock), mutatedBy: member });
  const kinds: StoredKind[] = [
    {
      service: "google.monitoring.v3.AlertPolicyService",
      noun: "AlertPolicy",
      plural: "AlertPolicies",
      collection: "/v3/projects/{project}/alertPolicies",
      permissions: "monitoring.alertPolicies",
      message: alertPolicyMessage,
      query: { list: ["filter", "orderBy"] },
      newId: () => randomUUID(),
      complete({ name, fields, member, old }) {
        checkPolicy(fields, (filter, extractors) => {
          options.watchEntries(filter, extractors, () => undefined)();
        });
        checkMetrics(fields, options.metrics);
        return {
          ...fields,
          name,
          conditions: namedConditions(name, fields),
          creationRecord: old?.["creationRecord"] ?? record(member),
          mutationRecord: record(member),
        };
      },
    },
    {
      service: "google.monitoring.v3.NotificationChannelService",
      noun: "NotificationChannel",
      plural: "NotificationChannels",
      collection: "/v3/projects/{project}/notificationChannels",
      permissions: "monitoring.notificationChannels",
      message: channelMessage,
      query: { list: ["filter", "orderBy"], delete: ["force"] },
      newId: () => randomUUID(),
      complete({ name, fields, member, old }) {
        checkUserLabels("notification_channel", fields);
        return {
          ...fields,
          name,
          creationRecord: old?.["creationRecord"] ?? record(member),
          mutationRecords: [record(member)],
        };
      },
    },
    {
      service: "google.monitoring.dashboard.v1.DashboardsService",
      noun: "Dashboard",
      plural: "Dashboards",
      collection: "/v1/projects/{project}/dashboards",
      permissions: "monitoring.dashboards",
      message: dashboardMessage,
      // One may come with a name of its own.
      newId: (_call, { name }) =>
        typeof name === "string" ? name.slice(name.lastIndexOf("/") + 1) : randomUUID(),
      complete: completeDashboard,
    },
  ];
  return {
    exists: (resource) => store.has(resource),
    alerts,
    methods: [
      ...kinds.flatMap((kind) => storedMethods(kind, store, options)),
      ...alertMethods(() => alerts.remembered(), options),
      ...timeSeriesMethods(options),
      ...metricDescriptorMethods(options),
    ],
  };
}

function isPolicy(name: string): boolean {
  return name.includes("/alertPolicies/");
}

/** The conditions of a policy, each with a name beneath the policy's. */
function namedConditions(policy: string, { conditions }: Message): object[] {
  const list = Array.isArray(conditions) ? (conditions as readonly object[]) : [];
  return list.map((condition) => ({
    name: `${policy}/conditions/${randomUUID()}`,
    ...condition,
  }));
}

function completeDashboard({ name, fields }: StoredChange): Message {
  const content = { ...fields, name, etag: "" };
  return { ...content, etag: etagOf(content) };
}
