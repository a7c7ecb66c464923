import { refused, type RefusedMethod } from "../api/refused.ts";

/** Entries of logs: containers write to their standard output, and the terminal shows it. */
export const refusedMethods: readonly RefusedMethod[] = refused(
  "google.logging.v2.LoggingServiceV2",
  "/v2",
  {
    WriteLogEntries: "POST /entries:write",
    ListLogEntries: "POST /entries:list",
    TailLogEntries: "POST /entries:tail",
    ListLogs: "GET /projects/{project}/logs",
    DeleteLog: "DELETE /projects/{project}/logs/{log}",
    ListMonitoredResourceDescriptors: "GET /monitoredResourceDescriptors",
  },
);
