import { timeRange } from "../../console/page/timeRange.ts";

const DAY = 86_400;

it("spans what there is to see", () => {
  expect(timeRange([1000, 1100, 1200], [1000, 1200], 60)).toEqual([1000, 1200]);
});

it("spans no less than it is to, up to the last", () => {
  expect(timeRange([1180, 1200], [1180, 1200], 60)).toEqual([1140, 1200]);
});

it("ends with a time that is alone, and not with the day after it", () => {
  expect(timeRange([1200], [1200, 1200 + DAY], 60)).toEqual([1140, 1200]);
});
