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
    {
      what: "time series of Cloud Run: `request_count`, `request_latencies`, `container/instance_count`",
      isEmulated: "yes",
      note: "a request that no instance had is not counted; times and instances are those of this machine",
      section: "8.2",
      tests: {
        "monitoring/runMetrics.test.ts": [
          "count the requests of each minute by status, and how long they took",
          "sample the instances at each minute, as they were until they change",
        ],
        "run/requestLog.test.ts": [
          "have a request that was refused, and why, which no metric counts",
        ],
      },
    },
    {
      what: "other metrics of Cloud Run (CPU, memory, start-up, concurrency, billable time), any of Scheduler",
      isEmulated: "no",
      section: "8.2",
    },
    {
      what: "alerts of matched logs and of thresholds open and close",
      isEmulated: "partly",
      note: "PromQL, absence, forecasts and joined conditions are not judged; each alignment period once; what is open is in memory, `--data` or not; nobody is notified",
      section: "8.2",
      tests: {
        "monitoring/alerts.test.ts": [
          "opens with an entry that matches, once for each of its labels, and closes after none came",
          "opens where a series is above the threshold for so long, and closes when it is not",
          "is not judged where it is no matched log and no threshold",
          "is listed by Monitoring's API too, open and when it is over",
        ],
      },
    },
    {
      what: "alert policies, notification channels, dashboards",
      isEmulated: "partly",
      note: "kept and shown",
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
      what: "the refusal of alert policies that cannot be",
      isEmulated: "partly",
      note: "of conditions, their number and kinds, filters of logs, times of PromQL and thresholds; of the rate of notifications, when alerts close, texts, links, labels and names of channels; a channel that is not there is taken",
      section: "8.2",
      tests: {
        "monitoring/checkPolicy.test.ts": [
          "%j is refused, with the field '%s'",
          "is refused where it names a channel '%s'",
          "is refused where a change makes it one that Google refuses, and stays as it was",
        ],
      },
    },
    {
      what: "logs of a queue's operations, as large a share as its `samplingRatio`",
      isEmulated: "partly",
      note: "creation, dispatch and answer; no entry for a deletion and no `dispatchReason`, whose words are not known",
      section: "8.3",
      tests: {
        "cloudtasks/taskLog.test.ts": [
          "has a task's creation, and the dispatch and the answer of each delivery",
          "is off unless the queue asks for it, and has the share that it asks for",
        ],
        "cloudtasks/queueFields.test.ts": ["logs a share of %s of its tasks (G 8.3)"],
      },
    },
    {
      what: "logs of Cloud Run: requests, and the lines of containers with their special fields",
      isEmulated: "partly",
      note: "no `varlog/system`",
      section: "8.3",
      tests: {
        "run/requestLog.test.ts": [
          "have a request, its size, status, latency and trace",
          "have the lines of its containers, by the stream they were written to",
        ],
        "run/containerLine.test.ts": [
          "that is a JSON object is an entry, of which some fields say something of the entry",
        ],
      },
    },
    {
      what: "entries of logs: written, listed by Google's query language, in pages, either way in time",
      isEmulated: "yes",
      note: "the newest alone, in memory, `--data` or not; over REST",
      section: "8.3",
      tests: {
        "logging/entryFilter.test.ts": ["%j finds '%s'"],
        "logging/entryMethods.test.ts": [
          "turns pages, '%s', past what is written meanwhile",
          "takes entries, and for each of them what the request says of all",
          "is as many as may take so many bytes",
        ],
      },
    },
    {
      what: "log-based metrics: counters and distributions, with extracted labels",
      isEmulated: "yes",
      note: "there is a point only in minutes with an entry; the metric is there at once",
      section: "8.3",
      tests: {
        "logging/metricCounts.test.ts": [
          "counts the entries that match it, by the labels that are extracted of them",
          "records the value that is extracted of an entry, where it is a number",
        ],
        "logging/wholeWay.test.ts": [
          "logs deliveries and schedules, and counts what a metric asks for (G 8.3)",
        ],
      },
    },
    {
      what: "log exclusions: what matches one is in no list and opens no alert, and metrics count it",
      isEmulated: "yes",
      note: "at once",
      section: "8.3",
      tests: {
        "logging/exclusions.test.ts": [
          "leaves out what matches it, which metrics count and nobody else is told of",
          "leaves out what comes while it is there and is not disabled",
        ],
      },
    },
    { what: "audit logs, other sinks, tailing", isEmulated: "no", section: "8.3" },
  ],
};
