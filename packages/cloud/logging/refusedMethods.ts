import { refused, type RefusedMethod } from "../api/refused.ts";

/** What needs a stream, and what tells of resources that are not here. */
export const refusedMethods: readonly RefusedMethod[] = refused(
  "google.logging.v2.LoggingServiceV2",
  "/v2",
  {
    TailLogEntries: "POST /entries:tail",
    ListMonitoredResourceDescriptors: "GET /monitoredResourceDescriptors",
  },
);
