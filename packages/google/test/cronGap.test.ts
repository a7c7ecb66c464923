import { parseCron } from "../cron.ts";
import { longestGapMinutes } from "../cronGap.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

describe("longestGapMinutes", () => {
  it.each([
    ["* * * * *", 1],
    ["*/5 * * * *", 5],
    ["0,20 * * * *", 40],
    ["0 7 * * *", DAY],
    ["0 7,9 * * *", 22 * HOUR],
    // From Friday to Monday.
    ["0 7 * * MON-FRI", 3 * DAY],
    ["30 6 1 * *", 31 * DAY],
    // From the 31st of August to that of October.
    ["0 0 31 * *", 61 * DAY],
    // The 1st, or a Monday.
    ["0 0 1 * MON", 7 * DAY],
    ["0 0 1 1 *", 366 * DAY],
    ["0 0 29 2 *", (4 * 365 + 1) * DAY],
  ])("of '%s' is %d", (expression, minutes) => {
    expect(longestGapMinutes(parseCron(expression))).toBe(minutes);
  });
});
