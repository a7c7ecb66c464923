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
      tests: {
        "api/protoJson.test.ts": [
          "refuses $value for a $type",
          "takes null for an entry of a map that is not there",
          "refuses a second member of a oneof, $cannot",
        ],
        "api/enumNumbers.test.ts": [
          "is every answer of Cloud Tasks that holds one, in lists and within too",
        ],
      },
    },
    {
      what: "update masks, by the keys of maps too",
      isEmulated: "yes",
      section: "1.1",
      tests: { "api/updateMask.test.ts": ["$mask with $fresh leaves the labels $labels"] },
    },
    {
      what: "gRPC of Cloud Tasks; a deadline of more than 30 s is refused",
      isEmulated: "yes",
      note: "without TLS",
      section: "1.1",
      tests: {
        "grpc/grpcServer.test.ts": [
          "calls the method of its name, with the parts of the resource's name",
          "takes no call whose deadline is more than 30 s ahead",
        ],
      },
    },
    { what: "gRPC of other services", isEmulated: "no" },
    {
      what: "the calls of the real gcp provider",
      isEmulated: "yes",
      section: "11.3",
      tests: { "clients/providerCalls.test.ts": ["call $n, $method $path, is answered as it was"] },
    },
    {
      what: "time series of the four metrics of queues",
      isEmulated: "yes",
      section: "8.2",
      tests: {
        "monitoring/timeSeries.test.ts": [
          "shows the attempts, their delays and the depth of a queue (G 8.2)",
        ],
      },
    },
    { what: "metrics of Cloud Run and of Scheduler", isEmulated: "no", section: "8.2" },
    {
      what: "alert policies, notification channels, dashboards",
      isEmulated: "partly",
      note: "kept and shown; no policy is evaluated, and nobody is notified",
      section: "8.2",
      tests: {
        "monitoring/monitoring.test.ts": [
          "keeps an alert policy, and names it and its conditions",
          "changes and deletes a notification channel",
          "puts a whole dashboard in the place of the old one, if its etag is the one that is there",
        ],
      },
    },
    {
      what: "logs of a queue's operations",
      isEmulated: "partly",
      note: "`samplingRatio` is kept and shown; no log is written: the terminal shows every delivery",
      section: "8.3",
      tests: { "cloudtasks/queueFields.test.ts": ["logs a share of %s of its tasks (G 8.3)"] },
    },
    { what: "audit logs, sinks, log-based metrics that count", isEmulated: "no", section: "8.3" },
  ],
};
