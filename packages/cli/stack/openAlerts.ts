import { z } from "zod";

/** An alert of Cloud Monitoring that is open: what a policy asked for has happened, and is not over. */
export type OpenAlert = z.output<typeof alertSchema>;

const alertSchema = z.object({
  /** `projects/P/alerts/ID` */
  name: z.string(),
  /** `OPEN` or `CLOSED`. */
  state: z.string(),
  openTime: z.string(),
  policy: z.object({
    /** `projects/P/alertPolicies/ID` */
    name: z.string(),
    displayName: z.string().default(""),
  }),
});

const pageSchema = z.object({ alerts: z.array(alertSchema).default([]) });

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
