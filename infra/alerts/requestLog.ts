import { requestExclusionName } from "../config/names.ts";
import { ofServices } from "./logMetrics.ts";
import type { Watched } from "./watched.ts";

/** What is left out of the project's log `_Default`. */
export interface Exclusion {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
}

/**
 * What Cloud Run writes of requests to the stack's workers that succeeded. Log-based metrics count what is excluded
 * too, and no alert asks for such an entry itself (docs/google-cloud.md 8.3).
 */
export function successesOf(watched: Pick<Watched, "naming" | "workers">): Exclusion {
  const { naming } = watched;
  return {
    name: requestExclusionName(naming),
    description:
      `Leaves out what Cloud Run logs of requests to the workers of stack '${naming.stack}' that succeeded (2xx). ` +
      "The stack's Pulumi program made it: 'requestLogs' is 'failures'.",
    filter: `log_id("run.googleapis.com/requests") AND ${ofServices(watched)} AND httpRequest.status>=200 AND httpRequest.status<300`,
  };
}
