import { z } from "zod";
import { isRehearsalMark } from "../../../infra/alerts/alertProofs.ts";

/** An alert of Cloud Monitoring that is open: what a policy asked for has happened, and is not over. */
export type OpenAlert = z.output<typeof alertSchema>;

const labelsSchema = z.object({ labels: z.record(z.string(), z.string()).default({}) });

const alertSchema = z.object({
  /** `projects/P/alerts/ID` */
  name: z.string(),
  /** `OPEN` or `CLOSED`. */
  state: z.string(),
  openTime: z.string(),
  /** Of one that an entry of a log opened: what its policy reads there. */
  log: z.object({ extractedLabels: labelsSchema.shape.labels }).optional(),
  /** Of one that a metric opened. */
  metric: labelsSchema.optional(),
  resource: labelsSchema.optional(),
  policy: z.object({
    /** `projects/P/alertPolicies/ID` */
    name: z.string(),
    displayName: z.string().default(""),
  }),
});

const pageSchema = z.object({ alerts: z.array(alertSchema).default([]) });

/** What all of a stack's resources have, and says nothing of one. */
const COMMON = new Set(["project_id", "location", "configuration_name"]);

/** What tells an alert from the others of its policy: `{ task: "send-email", queue: "email", cause: "7f3a91c2" }`. */
export function labelsOf({
  log,
  metric,
  resource,
}: Pick<OpenAlert, "log" | "metric" | "resource">): Readonly<Record<string, string>> {
  const read = log?.extractedLabels ?? {};
  if (Object.keys(read).length > 0) return read;
  const all = Object.entries({ ...resource?.labels, ...metric?.labels });
  return Object.fromEntries(all.filter(([label]) => !COMMON.has(label)));
}

/** `task send-email, queue email`; of one that `smoke --alerts` opened `a rehearsal, job dev-daily-digest`. */
export function aboutWords(labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).filter(([, value]) => !isRehearsalMark(value));
  return [
    ...(isRehearsal(labels) ? ["a rehearsal"] : []),
    ...own.map(([label, value]) => `${label} ${value}`),
  ].join(", ");
}

/** Whether `smoke --alerts` opened it. */
export function isRehearsal(labels: Readonly<Record<string, string>>): boolean {
  return Object.values(labels).some(isRehearsalMark);
}

/** Sends a call of an API, such as `monitoring.googleapis.com`. */
type Send = (api: string, method: "GET", path: string) => Promise<unknown>;

/**
 * Those that are open of the newest thousand alerts of a project, in one call. Google offers it as a preview:
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts/list
 */
export async function openAlerts(send: Send, project: string): Promise<OpenAlert[]> {
  const path = `/v3/projects/${project}/alerts?pageSize=1000`;
  const { alerts } = pageSchema.parse(await send("monitoring.googleapis.com", "GET", path));
  return alerts.filter(({ state }) => state === "OPEN");
}
