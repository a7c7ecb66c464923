import { GoogleError } from "../api/googleError.ts";
import type { Decoded } from "../api/decoded.ts";
import type { Method } from "../api/method.ts";
import { timestampToMs } from "../api/protoTime.ts";
import type { Message, MessageType } from "../api/protoJson.ts";
import { checkId, storedMethods, textOf } from "../data/storedMethods.ts";
import { StoredResources, timestamp, type ServiceOptions } from "../data/storedResources.ts";
import { counterOf } from "./metricCounts.ts";

/** The log-based metrics of a project. */
export interface LoggingMetrics {
  readonly methods: Method[];
  readonly exists: (resource: string) => boolean;
  /** As the API shows them. */
  readonly all: () => Iterable<Message>;
}

const labelDescriptorMessage = {
  key: "string",
  valueType: { enum: ["STRING", "BOOL", "INT64"] },
  description: "string",
} as const satisfies MessageType;

const metricDescriptorMessage: MessageType = {
  name: "string",
  type: "string",
  labels: { repeated: { message: labelDescriptorMessage } },
  metricKind: { enum: ["METRIC_KIND_UNSPECIFIED", "GAUGE", "DELTA", "CUMULATIVE"] },
  valueType: {
    enum: ["VALUE_TYPE_UNSPECIFIED", "BOOL", "INT64", "DOUBLE", "STRING", "DISTRIBUTION", "MONEY"],
  },
  unit: "string",
  description: "string",
  displayName: "string",
  metadata: "struct",
  launchStage: "string",
  monitoredResourceTypes: { repeated: "string" },
};

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics */
const metricMessage: MessageType = {
  name: "string",
  description: "string",
  filter: "string",
  bucketName: "string",
  disabled: "bool",
  metricDescriptor: { message: metricDescriptorMessage },
  valueExtractor: "string",
  labelExtractors: { map: "string" },
  bucketOptions: "struct",
  createTime: "timestamp",
  updateTime: "timestamp",
  version: "string",
  resourceName: "string",
};

export function createLoggingMetrics(options: ServiceOptions): LoggingMetrics {
  const { clock, project } = options;
  const metrics = new StoredResources("logMetrics", options);
  return {
    exists: (resource) => metrics.has(resource),
    all: () => metrics.all(),
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
        complete({ name, fields, old }) {
          checkMetric(fields);
          // The short one: a metric's `name` is not that of its path.
          const id = name.split("/").slice(3).join("/");
          return {
            ...fields,
            name: id,
            metricDescriptor: descriptorOf(project, id, fields),
            resourceName: name,
            createTime: old?.["createTime"] ?? timestamp(clock),
            updateTime: timestamp(clock),
          };
        },
        updateVerb: "PUT",
        isIdPath: true,
      },
      metrics,
      options,
    ),
  };
}

/** The descriptor, of which name, type and description follow the metric's: it counts, unless it says otherwise. */
function descriptorOf(project: string, id: string, fields: Message): Message {
  const type = `logging.googleapis.com/user/${id}`;
  const description = textOf(fields, "description");
  return {
    metricKind: "DELTA",
    valueType: "INT64",
    unit: "1",
    ...descriptorIn(fields),
    name: `projects/${project}/metricDescriptors/${type}`,
    type,
    ...(description !== "" && { description }),
  };
}

/** When a metric that is kept was created, in milliseconds. */
export function createdAt(metric: Message): number {
  return timestampToMs(textOf(metric, "createTime"));
}

/** A metric, as far as its descriptor tells of it. */
export interface DescribedMetric {
  readonly name: string;
  readonly valueType: "INT64" | "DISTRIBUTION";
  readonly unit: string;
  readonly displayName: string;
  readonly description: string;
  /** What each label says. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What the descriptor of a metric that is kept tells of it. */
export function described(metric: Message): DescribedMetric {
  const descriptor = descriptorIn(metric);
  const { labels = [] } = descriptor as { readonly labels?: readonly LabelDescriptor[] };
  return {
    name: textOf(metric, "name"),
    valueType: descriptor["valueType"] === "DISTRIBUTION" ? "DISTRIBUTION" : "INT64",
    unit: textOf(descriptor, "unit"),
    displayName: textOf(descriptor, "displayName"),
    description: textOf(descriptor, "description"),
    labels: Object.fromEntries(
      labels.map(({ key = "", description = "" }) => [key, description] as const),
    ),
  };
}

type LabelDescriptor = Decoded<typeof labelDescriptorMessage>;

function descriptorIn(fields: Message): Message {
  // It was decoded as its message.
  return (fields["metricDescriptor"] ?? {}) as Message;
}

/** Throws INVALID_ARGUMENT for a metric that could not count. */
function checkMetric(fields: Message): void {
  if (textOf(fields, "filter") === "") {
    throw new GoogleError("INVALID_ARGUMENT", "A filter is required.");
  }
  counterOf(fields);
  const { labels: described = [], valueType = "INT64" } = descriptorIn(fields) as {
    readonly labels?: readonly LabelDescriptor[];
    readonly valueType?: string;
  };
  const keys = described.map(({ key = "" }) => key);
  for (const key of Object.keys(fields["labelExtractors"] ?? {})) {
    if (!keys.includes(key)) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `The label extractor '${key}' has no label of that key in the metric descriptor.`,
      );
    }
  }
  const hasValue = textOf(fields, "valueExtractor") !== "";
  if (hasValue !== (valueType === "DISTRIBUTION")) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      "A value extractor is required for a metric of value type DISTRIBUTION, and for no other.",
    );
  }
}
