import type { BehaviourGroup } from "../behaviour.ts";

/** What clients meet, and what can be watched. */
export const otherBehaviours: BehaviourGroup = {
  title: "Clients and watching",
  behaviours: [
    {
      what: "JSON as Google's: enums by number too, durations, timestamps, unknown fields and a second member of a oneof refused",
      isEmulated: "yes",
      note: "a `null` entry of a map is an absent one",
      section: "1.1",
      test: "api/protoJson.test.ts",
    },
    {
      what: "update masks, by the keys of maps too",
      isEmulated: "yes",
      section: "1.1",
      test: "api/updateMask.test.ts",
    },
    {
      what: "gRPC of Cloud Tasks; a deadline of more than 30 s is refused",
      isEmulated: "yes",
      note: "without TLS",
      section: "1.1",
      test: "grpc/grpcServer.test.ts",
    },
    { what: "gRPC of other services", isEmulated: "no" },
    {
      what: "the calls of the real gcp provider",
      isEmulated: "yes",
      section: "11.3",
      test: "clients/providerCalls.test.ts",
    },
    {
      what: "time series of the four metrics of queues",
      isEmulated: "yes",
      section: "8.2",
      test: "monitoring/timeSeries.test.ts",
    },
    { what: "metrics of Cloud Run and of Scheduler", isEmulated: "no", section: "8.2" },
    {
      what: "alert policies, notification channels, dashboards",
      isEmulated: "partly",
      note: "kept and shown; no policy is evaluated, and nobody is notified",
      section: "8.2",
      test: "monitoring/monitoring.test.ts",
    },
    {
      what: "logs of a queue's operations",
      isEmulated: "partly",
      note: "`samplingRatio` is kept and shown; no log is written: the terminal shows every delivery",
      section: "8.3",
      test: "cloudtasks/queueFields.test.ts",
    },
    { what: "audit logs, sinks, log-based metrics that count", isEmulated: "no", section: "8.3" },
  ],
};
