import { pageByName } from "../api/pageToken.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { MessageType } from "../api/protoJson.ts";
import { flagOf } from "../api/queryParameters.ts";
import { nameOf } from "../data/storedResources.ts";
import { parseFilter } from "./filter.ts";
import type { MetricType } from "./metricSource.ts";
import { fieldOf, METRIC_KINDS, VALUE_TYPES } from "./timeSeries.ts";
import type { TimeSeriesOptions } from "./timeSeriesMethods.ts";

const PARENT = "/v3/projects/{project}";
const SERVICE = "google.monitoring.v3.MetricService";
const MAX_PAGE_SIZE = 10_000;

/** Which metrics there are. */
export function metricDescriptorMethods(options: TimeSeriesOptions): Method[] {
  const projectOf = (call: Call): string => nameOf(call, PARENT, options);
  return [
    {
      name: "ListMetricDescriptors",
      service: SERVICE,
      http: `GET ${PARENT}/metricDescriptors`,
      permission: ["monitoring.metricDescriptors.list", projectOf],
      query: ["filter", "pageSize", "pageToken", "activeOnly"],
      answer: { metricDescriptors: { repeated: { message: descriptorMessage } } },
      handle(call) {
        const list = wanted(call, options).map((metric) => ({ ...metric, name: metric.type }));
        const { page, next } = pageByName(call, list, options.clock.now(), {
          maxSize: MAX_PAGE_SIZE,
        });
        const project = projectOf(call);
        return {
          ...(page.length > 0 && {
            metricDescriptors: page.map((metric) => render(project, metric)),
          }),
          ...next,
        };
      },
    },
    {
      name: "GetMetricDescriptor",
      service: SERVICE,
      http: `GET ${PARENT}/metricDescriptors/{type=**}`,
      permission: ["monitoring.metricDescriptors.get", projectOf],
      answer: descriptorMessage,
      handle(call) {
        const asked = call.params["type"] ?? "";
        const metric = options.metrics
          .flatMap((source) => source.types())
          .find(({ type }) => type === asked);
        if (metric) return render(projectOf(call), metric);
        throw new GoogleError("NOT_FOUND", `Could not find descriptor for metric '${asked}'.`);
      },
    },
  ];
}

/** The enums in a descriptor. */
const descriptorMessage: MessageType = {
  metricKind: { enum: METRIC_KINDS },
  valueType: { enum: VALUE_TYPES },
};

function wanted({ query }: Call, { metrics, clock }: TimeSeriesOptions): MetricType[] {
  const comparisons = parseFilter(query.get("filter") ?? "");
  const isActiveOnly = flagOf(query, "activeOnly");
  const isWanted = ({ type, resourceTypes }: MetricType): boolean =>
    [...resourceTypes, ...(resourceTypes.length === 0 ? [""] : [])].some((resourceType) =>
      comparisons.every(({ selector, matches }) =>
        matches(fieldOf(selector, type, { metricLabels: {}, resourceType, resourceLabels: {} })),
      ),
    );
  return metrics.flatMap((source) =>
    source
      .types()
      .filter(
        (metric) =>
          isWanted(metric) &&
          (!isActiveOnly ||
            source.read(metric, clock.now()).series.some(({ points }) => points.length > 0)),
      ),
  );
}

function render(project: string, metric: MetricType): object {
  const { type, kind, valueType, unit, displayName, description } = metric;
  return {
    name: `${project}/metricDescriptors/${type}`,
    labels: Object.entries(metric.labels).map(([key, meaning]) => ({ key, description: meaning })),
    metricKind: kind,
    valueType,
    unit,
    description,
    displayName,
    type,
    metadata: { samplePeriod: "60s", ingestDelay: "0s" },
    ...(metric.resourceTypes.length > 0 && { monitoredResourceTypes: metric.resourceTypes }),
  };
}
