/**
 * The log in which commands write what an operator does to a queue, so that who watches it knows: a paused queue
 * delivers nothing.
 */
export const OPERATIONS_LOG = "background-tasks";

/** What is done to a queue, and written down. */
export type Operation = "pause" | "resume";

/** An entry of it, as `entries.write` takes it. */
export function operationEntry(
  { stack, project }: { readonly stack: string; readonly project: string },
  queue: string,
  action: Operation,
) {
  return {
    logName: `projects/${project}/logs/${OPERATIONS_LOG}`,
    resource: { type: "global", labels: { project_id: project } },
    severity: "NOTICE",
    labels: { stack, queue, action },
    jsonPayload: { message: `Queue '${queue}': ${action}.` },
  };
}

/** The entries of a stack. */
export function operationsLogFilter(stack: string): string {
  return `log_id("${OPERATIONS_LOG}") AND labels.stack="${stack}" AND labels.action=("pause" OR "resume")`;
}
