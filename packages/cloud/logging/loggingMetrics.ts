import type { Method } from "../api/method.ts";
import type { MessageType } from "../api/protoJson.ts";
import { checkId, storedMethods, textOf } from "../data/storedMethods.ts";
import { StoredResources, timestamp, type ServiceOptions } from "../data/storedResources.ts";

/** Cloud Logging of one project: its log-based metrics. They count nothing. */
export interface LoggingMetrics {
  readonly methods: Method[];
  readonly exists: (resource: string) => boolean;
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics */
const metricMessage: MessageType = {
  name: "string",
  description: "string",
  filter: "string",
  bucketName: "string",
  disabled: "bool",
  metricDescriptor: "struct",
  valueExtractor: "string",
  labelExtractors: { map: "string" },
  bucketOptions: "struct",
  createTime: "timestamp",
  updateTime: "timestamp",
  version: "string",
  resourceName: "string",
};

export function createLoggingMetrics(options: ServiceOptions): LoggingMetrics {
  const { clock } = options;
  const metrics = new StoredResources("logMetrics", options);
  return {
    exists: (resource) => metrics.has(resource),
    methods: storedMethods(
      {
        service: "google.logging.v2.MetricsServiceV2",
        noun: "LogMetric",
        plural: "LogMetrics",
        collection: "/v2/projects/{project}/metrics",
        permissions: "logging.logMetrics",
        message: metricMessage,
        newId: (_call, fields) =>
          checkId(
            "Metric name",
            textOf(fields, "name"),
            /^[A-Za-z0-9_.,+!*'()%-][A-Za-z0-9_.,+!*'()%/-]{0,99}$/,
          ),
        complete: ({ name, fields, old }) => ({
          ...fields,
          // The short one: a metric's `name` is not that of its path.
          name: name.split("/").slice(3).join("/"),
          resourceName: name,
          createTime: old?.["createTime"] ?? timestamp(clock),
          updateTime: timestamp(clock),
        }),
        updateVerb: "PUT",
        isIdPath: true,
      },
      metrics,
      options,
    ),
  };
}
