import { OPERATIONS_LOG } from "../../../../infra/alerts/operationsLog.ts";

/** What somebody does, as an audit tells it: nothing of a payload. */
export interface AuditedDeed {
  /** The command's name, or that of what the console does besides. */
  readonly what: string;
  /** The key of the queue that it is done to, where it is one. */
  readonly queue?: string | undefined;
  /** To how many queues, tasks, dead letters or schedules. @default - nobody knows beforehand */
  readonly count?: number | undefined;
  /** The run's name, of what is done in runs. */
  readonly run?: string | undefined;
}

/** An entry for it in the log of operations, as `entries.write` takes it. Sent again with its `id`, it is the same one. */
export function auditEntry(
  { stack, project }: { readonly stack: string; readonly project: string },
  { who, what, queue, count, run }: AuditedDeed & { readonly who: string },
  id: string,
) {
  const of = count === undefined ? "" : ` of ${count}`;
  return {
    logName: `projects/${project}/logs/${OPERATIONS_LOG}`,
    insertId: id,
    resource: { type: "global", labels: { project_id: project } },
    severity: "NOTICE",
    labels: {
      ...{ stack, who, what },
      ...(queue !== undefined && { queue }),
      ...(count !== undefined && { count: String(count) }),
      ...(run !== undefined && { run }),
    },
    jsonPayload: { message: `${who}: ${what}${of}.` },
  };
}
