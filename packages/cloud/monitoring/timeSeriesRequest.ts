import { decode, type Decoded } from "../api/decoded.ts";
import { timestampToMs } from "../api/protoTime.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import type { Json } from "../api/parseJson.ts";
import type { MessageType } from "../api/protoJson.ts";
import { aggregationMessage, readAggregation, type Aggregation } from "./aggregation.ts";
import { invalidField } from "./invalidField.ts";

/** What is asked for, but the page. */
export interface TimeSeriesRequest {
  readonly filter: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly aggregation: Aggregation;
  /** Which series there are, without their points. */
  readonly isHeadersOnly: boolean;
}

const REQUEST = {
  filter: "string",
  interval: { message: { startTime: "timestamp", endTime: "timestamp" } },
  aggregation: { message: aggregationMessage },
  orderBy: "string",
  view: { enum: ["FULL", "HEADERS"] },
} as const satisfies MessageType;

const SECOND = "secondaryAggregation";

/** What the query of a ListTimeSeries may hold. */
export const TIME_SERIES_QUERY: readonly string[] = [
  ...Object.entries(REQUEST).flatMap(([name, type]) =>
    typeof type === "object" && "message" in type
      ? Object.keys(type.message).map((inner) => `${name}.${inner}`)
      : [name],
  ),
  ...Object.keys(aggregationMessage).map((inner) => `${SECOND}.${inner}`),
  "pageSize",
  "pageToken",
];

/** Reads the query. Throws INVALID_ARGUMENT for what Google would refuse, UNIMPLEMENTED for what is not emulated. */
export function readTimeSeriesRequest(query: URLSearchParams): TimeSeriesRequest {
  const second = [...query.keys()].find((name) => name.startsWith(SECOND));
  if (second !== undefined) throw new NotEmulatedError(second);
  const { filter = "", interval = {}, aggregation = {}, orderBy, view } = decodeQuery(query);
  if (orderBy !== undefined && orderBy !== "") {
    throw invalidField("orderBy", orderBy, "It must be left empty.");
  }
  if (interval.endTime === undefined) {
    throw invalidField("interval.endTime", "", "The end time is required.");
  }
  return {
    filter,
    startTime: timestampToMs(interval.startTime ?? interval.endTime),
    endTime: timestampToMs(interval.endTime),
    aggregation: readAggregation(aggregation),
    isHeadersOnly: view === "HEADERS",
  };
}

/** `interval.endTime=…` is the field `endTime` of the field `interval`. */
function decodeQuery(query: URLSearchParams): Decoded<typeof REQUEST> {
  const request: Record<string, Json> = {};
  const inner: Record<string, Record<string, Json>> = {};
  for (const [path, text] of query) {
    const [name = "", field] = path.split(".");
    // Google's client libraries send an enum as its number.
    const isNumber = ENUMS.has(field ?? name) && /^\d+$/.test(text);
    const value = isNumber ? Number(text) : text;
    if (field === undefined) {
      if (Object.hasOwn(REQUEST, name)) request[name] = value;
    } else if (field === "groupByFields") {
      (inner[name] ??= {})[field] = query.getAll(path);
    } else {
      (inner[name] ??= {})[field] = value;
    }
  }
  return decode(REQUEST, { ...request, ...inner });
}

const ENUMS: ReadonlySet<string> = new Set(["view", "perSeriesAligner", "crossSeriesReducer"]);
