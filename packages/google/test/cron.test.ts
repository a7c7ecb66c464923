import { firesAt, parseCron } from "../cron.ts";

describe("parseCron", () => {
  it.each([
    { expression: "*/20 * * * *", field: "minutes", values: [0, 20, 40] },
    { expression: "5-20/5 * * * *", field: "minutes", values: [5, 10, 15, 20] },
    { expression: "1,30,59 * * * *", field: "minutes", values: [1, 30, 59] },
    { expression: "0 8-10 * * *", field: "hours", values: [8, 9, 10] },
    { expression: "0 0 1,15 * *", field: "daysOfMonth", values: [1, 15] },
    { expression: "0 0 1 JAN,APR-JUN *", field: "months", values: [1, 4, 5, 6] },
    { expression: "0 7 * * MON-FRI", field: "daysOfWeek", values: [1, 2, 3, 4, 5] },
    { expression: "0 7 * * 7", field: "daysOfWeek", values: [0] },
    { expression: "0 7 * * FRI-7", field: "daysOfWeek", values: [5, 6, 0] },
    { expression: "0 7 * * *", field: "daysOfWeek", values: [0, 1, 2, 3, 4, 5, 6] },
    { expression: "0 7 * * */2", field: "daysOfWeek", values: [0, 2, 4, 6] },
    { expression: " 0  7 * * 1 ", field: "daysOfWeek", values: [1] },
  ] as const)("reads $field of '$expression' as $values", ({ expression, field, values }) => {
    expect([...parseCron(expression)[field]]).toEqual(values);
  });

  it.each([
    {
      expression: "0 7 * *",
      reason:
        "it has 4 fields; Cloud Scheduler takes five: minute, hour, day of month, month, day of week",
    },
    {
      expression: "@daily",
      reason:
        "it has 1 field; Cloud Scheduler takes five: minute, hour, day of month, month, day of week",
    },
    {
      expression: "0 0 7 * * *",
      reason:
        "it has 6 fields; Cloud Scheduler takes five: minute, hour, day of month, month, day of week",
    },
    {
      expression: `${"0,".repeat(200_000)}0 7 * * *`,
      reason: "it has 400009 characters; every schedule can be told in 1000",
    },
    { expression: "61 * * * *", reason: "minute 61 is outside 0-59" },
    { expression: "0 24 * * *", reason: "hour 24 is outside 0-23" },
    { expression: "0 0 0 * *", reason: "day of month 0 is outside 1-31" },
    { expression: "0 0 * 13 *", reason: "month 13 is outside 1-12" },
    { expression: "0 0 * * 8", reason: "day of week 8 is outside 0-7" },
    { expression: "0 0 L * *", reason: "day of month 'L' is not a number" },
    {
      expression: "0 0 * * MON#1",
      reason: "day of week 'MON#1' is not a number or a name, such as 'MON'",
    },
    {
      expression: "0 0 * * mon",
      reason: "day of week 'mon' is not a number or a name, such as 'MON'",
    },
    { expression: "0 0 * FOO *", reason: "month 'FOO' is not a number or a name, such as 'FEB'" },
    { expression: "20-10 * * * *", reason: "minute '20-10' is a range that does not go up" },
    { expression: "10-10 * * * *", reason: "minute '10-10' is a range that does not go up" },
    {
      expression: "0 0 * * SAT-SUN",
      reason: "day of week 'SAT-SUN' is a range that does not go up",
    },
    {
      expression: "5/10 * * * *",
      reason: "minute '5/10' has a step without a range; write '5-59/10'",
    },
    { expression: "*/0 * * * *", reason: "minute '*/0' has step '0', which is outside 1-59" },
    { expression: "*/x * * * *", reason: "minute '*/x' has step 'x', which is outside 1-59" },
    { expression: "1,,2 * * * *", reason: "minute '' is not '*', a value, a range or a step" },
    { expression: "-5 * * * *", reason: "minute '-5' is not '*', a value, a range or a step" },
    { expression: "1.5 * * * *", reason: "minute '1.5' is not a number" },
    { expression: "0 0 31 2,4 *", reason: "none of its months has that day" },
  ])("refuses '$expression': $reason", ({ expression, reason }) => {
    expect(() => parseCron(expression)).toThrow(new Error(reason));
  });
});

describe("firesAt", () => {
  const first = "2026-06-01T07:00Z"; // a Monday
  const eighth = "2026-06-08T07:00Z"; // a Monday
  const tenth = "2026-06-10T07:00Z"; // a Wednesday

  it.each([
    { expression: "0 7 * * *", at: tenth, fires: true },
    { expression: "1 7 * * *", at: tenth, fires: false },
    { expression: "0 8 * * *", at: tenth, fires: false },
    { expression: "0 7 * 7 *", at: tenth, fires: false },
    { expression: "0 7 10 * *", at: tenth, fires: true },
    { expression: "0 7 10 * *", at: eighth, fires: false },
    { expression: "0 7 * * 1", at: eighth, fires: true },
    { expression: "0 7 * * 1", at: tenth, fires: false },
    // With both day fields set, either is enough.
    { expression: "0 7 10 * 1", at: tenth, fires: true },
    { expression: "0 7 10 * 1", at: first, fires: true },
    { expression: "0 7 9 * 2", at: eighth, fires: false },
  ])("says that '$expression' fires at $at: $fires", ({ expression, at, fires }) => {
    expect(firesAt(parseCron(expression), new Date(at))).toBe(fires);
  });
});
