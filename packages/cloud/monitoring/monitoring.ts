import { randomUUID } from "node:crypto";
import type { Method } from "../api/method.ts";
import { metricDescriptorMethods } from "./metricDescriptorMethods.ts";
import { timeSeriesMethods, type TimeSeriesOptions } from "./timeSeriesMethods.ts";
import { alertPolicyMessage, channelMessage, dashboardMessage } from "./monitoringMessages.ts";
import type { Message } from "../api/protoJson.ts";
import { storedMethods, type StoredChange, type StoredKind } from "../data/storedMethods.ts";
import { etagOf, StoredResources, timestamp } from "../data/storedResources.ts";

/** Cloud Monitoring of one project: the metrics of its queues, and what it is told to watch, which it does not. */
export interface Monitoring {
  readonly methods: Method[];
  readonly exists: (resource: string) => boolean;
}

export function createMonitoring(options: TimeSeriesOptions): Monitoring {
  const store = new StoredResources("monitoring", options);
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
      complete: ({ name, fields, member, old }) => ({
        ...fields,
        name,
        conditions: namedConditions(name, fields),
        creationRecord: old?.["creationRecord"] ?? record(member),
        mutationRecord: record(member),
      }),
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
      complete: ({ name, fields, member, old }) => ({
        ...fields,
        name,
        creationRecord: old?.["creationRecord"] ?? record(member),
        mutationRecords: [record(member)],
      }),
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
    methods: [
      ...kinds.flatMap((kind) => storedMethods(kind, store, options)),
      ...timeSeriesMethods(options),
      ...metricDescriptorMethods(options),
    ],
  };
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
