import { pageOf, tokenAfter } from "../api/pageToken.ts";
import type { Method } from "../api/method.ts";
import { nameOf, type ServiceOptions } from "../data/storedResources.ts";
import type { MetricSource } from "./metricSource.ts";
import { readTimeSeries } from "./readTimeSeries.ts";
import { pageOfHeaders, pageOfPoints, timeSeriesAnswer } from "./timeSeriesMessage.ts";
import { readTimeSeriesRequest, TIME_SERIES_QUERY } from "./timeSeriesRequest.ts";

export interface TimeSeriesOptions extends ServiceOptions {
  /** Where the metrics are recorded. */
  readonly metrics: readonly MetricSource[];
}

const PARENT = "/v3/projects/{project}";
const MAX_PAGE_SIZE = 100_000;

/** Reading time series. They are written by this cloud only. */
export function timeSeriesMethods(options: TimeSeriesOptions): Method[] {
  const { metrics, clock } = options;
  return [
    {
      name: "ListTimeSeries",
      service: "google.monitoring.v3.MetricService",
      http: `GET ${PARENT}/timeSeries`,
      permission: ["monitoring.timeSeries.list", (call) => nameOf(call, PARENT, options)],
      query: TIME_SERIES_QUERY,
      answer: timeSeriesAnswer,
      handle(call) {
        const now = clock.now();
        const request = readTimeSeriesRequest(call.query);
        const set = readTimeSeries(request, metrics, now);

        const { size, after = "0" } = pageOf(call, MAX_PAGE_SIZE, now);
        const page = request.isHeadersOnly ? pageOfHeaders : pageOfPoints;
        const { timeSeries, next } = page(set, Number(after), size);
        return {
          ...(timeSeries.length > 0 && { timeSeries }),
          ...(next !== undefined && { nextPageToken: tokenAfter(String(next), now, call) }),
          unit: set.unit,
        };
      },
    },
  ];
}
