import { METRIC_KINDS, VALUE_TYPES } from "../../monitoring/timeSeries.ts";
import { namesByNumber } from "./monitoringProtos.ts";

describe("The enums of Cloud Monitoring", () => {
  it.each([
    ["google.api.MetricDescriptor.MetricKind", METRIC_KINDS],
    ["google.api.MetricDescriptor.ValueType", VALUE_TYPES],
  ])("have the names and numbers of %s", (type, names) => {
    expect(names).toEqual(namesByNumber(type));
  });
});
