import { parseSchedule } from "../../scheduler/schedule.ts";

function times(expression: string, timeZone: string, after: string, count = 3): string[] {
  const schedule = parseSchedule(expression, timeZone);
  const found: string[] = [];
  let time = Date.parse(after);
  while (found.length < count) {
    time = schedule.next(time)!;
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe("A schedule (G 6.2)", () => {
  it.each([
    {
      cron: "* * * * *",
      after: "2026-11-24T12:00:00Z",
      are: ["2026-11-24T12:01", "2026-11-24T12:02"],
    },
    {
      cron: "*/20 * * * *",
      after: "2026-11-24T12:00:30Z",
      are: ["2026-11-24T12:20", "2026-11-24T12:40", "2026-11-24T13:00"],
    },
    {
      cron: "5 4 * * *",
      after: "2026-11-24T12:00:00Z",
      are: ["2026-11-25T04:05", "2026-11-26T04:05"],
    },
    {
      cron: "0 9-17/4 * * MON-FRI",
      after: "2026-11-27T10:00:00Z",
      are: ["2026-11-27T13:00", "2026-11-27T17:00", "2026-11-30T09:00"],
    },
    {
      cron: "0 0 1,15 JAN *",
      after: "2026-11-24T00:00:00Z",
      are: ["2027-01-01T00:00", "2027-01-15T00:00"],
    },
    {
      cron: "0 0 * * 7",
      after: "2026-11-24T00:00:00Z",
      are: ["2026-11-29T00:00", "2026-12-06T00:00"],
    },
    {
      cron: "0 0 29 2 *",
      after: "2026-11-24T00:00:00Z",
      are: ["2028-02-29T00:00", "2032-02-29T00:00"],
    },
  ])("of '$cron' is due at its times", ({ cron, after, are }) => {
    expect(times(cron, "Etc/UTC", after, are.length)).toEqual(are);
  });

  it("with both day fields restricted is due on a day that matches either", () => {
    expect(times("0 0 13 * FRI", "Etc/UTC", "2026-12-05T00:00:00Z", 4)).toEqual([
      "2026-12-11T00:00",
      "2026-12-13T00:00",
      "2026-12-18T00:00",
      "2026-12-25T00:00",
    ]);
  });

  it.each([
    {
      zone: "Europe/Berlin",
      cron: "0 7 * * *",
      after: "2026-10-23T12:00:00Z",
      are: ["2026-10-24T05:00", "2026-10-25T06:00", "2026-10-26T06:00"],
    },
    {
      zone: "Europe/Berlin",
      cron: "0 7 * * *",
      after: "2026-03-27T12:00:00Z",
      are: ["2026-03-28T06:00", "2026-03-29T05:00", "2026-03-30T05:00"],
    },
    {
      zone: "America/New_York",
      cron: "30 18 * * *",
      after: "2026-10-31T12:00:00Z",
      are: ["2026-10-31T22:30", "2026-11-01T23:30"],
    },
    {
      zone: "Asia/Tokyo",
      cron: "0 3 * * *",
      after: "2026-11-24T00:00:00Z",
      are: ["2026-11-24T18:00"],
    },
    {
      zone: "Asia/Kolkata",
      cron: "0 0 * * *",
      after: "2026-11-24T00:00:00Z",
      are: ["2026-11-24T18:30"],
    },
    { zone: "utc", cron: "0 3 * * *", after: "2026-11-24T00:00:00Z", are: ["2026-11-24T03:00"] },
  ])("of '$cron' in $zone follows the clocks there", ({ zone, cron, after, are }) => {
    expect(times(cron, zone, after, are.length)).toEqual(are);
  });

  it.each([
    {
      cron: "61 * * * *",
      zone: "Etc/UTC",
      says: "schedule '61 * * * *': minute 61 is outside 0-59.",
    },
    {
      cron: "* * * * * *",
      zone: "Etc/UTC",
      says: "schedule '* * * * * *': it has 6 fields; Cloud Scheduler takes five: minute, hour, day of month, month, day of week.",
    },
    {
      cron: "@daily",
      zone: "Etc/UTC",
      says: "schedule '@daily': it has 1 field; Cloud Scheduler takes five: minute, hour, day of month, month, day of week.",
    },
    {
      cron: "0 0 L * *",
      zone: "Etc/UTC",
      says: "schedule '0 0 L * *': day of month 'L' is not a number.",
    },
    {
      cron: "0 0 * * FRI-MON",
      zone: "Etc/UTC",
      says: "schedule '0 0 * * FRI-MON': day of week 'FRI-MON' is a range that does not go up.",
    },
    {
      cron: "0 0 * * *",
      zone: "Europe/Bärlin",
      says: "time zone 'Europe/Bärlin' is not in the time zone database.",
    },
    ...["+01:00", "IST", "PST", "EUROPE/BERLIN", "ETC/UTC"].map((zone) => ({
      cron: "0 0 * * *",
      zone,
      says: `time zone '${zone}' is not in the time zone database.`,
    })),
  ])("of '$cron' in '$zone' is refused", ({ cron, zone, says }) => {
    expect(() => parseSchedule(cron, zone)).toThrow(`Schedule or time zone is invalid: ${says}`);
  });

  it.each([
    ..."JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
      .split(" ")
      .map((name, i) => ({ named: `0 0 1 ${name} *`, numbered: `0 0 1 ${i + 1} *` })),
    ..."SUN MON TUE WED THU FRI SAT"
      .split(" ")
      .map((name, i) => ({ named: `0 0 * * ${name}`, numbered: `0 0 * * ${i}` })),
    { named: "0 0 * MAR-MAY MON-WED", numbered: "0 0 * 3-5 1-3" },
    { named: "0 0 * * SUN", numbered: "0 0 * * 7" },
    { named: "0 0 * * SAT,SUN", numbered: "0 0 * * 6-7" },
  ])("takes '$named' for '$numbered'", ({ named, numbered }) => {
    const after = "2026-11-24T12:00:00Z";

    expect(times(named, "Etc/UTC", after)).toEqual(times(numbered, "Etc/UTC", after));
  });

  it.each([
    { cron: "0 0 13 * *", after: "2026-12-05T00:00:00Z", is: "2026-12-13T00:00" },
    { cron: "0 0 * * FRI", after: "2026-12-05T00:00:00Z", is: "2026-12-11T00:00" },
  ])("of '$cron' asks for the one day field that is not '*'", ({ cron, after, is }) => {
    expect(times(cron, "Etc/UTC", after, 1)).toEqual([is]);
  });

  it.each([
    ["60 * * * *", "minute 60 is outside 0-59"],
    ["* 24 * * *", "hour 24 is outside 0-23"],
    ["* * 0 * *", "day of month 0 is outside 1-31"],
    ["* * 32 * *", "day of month 32 is outside 1-31"],
    ["* * * 0 *", "month 0 is outside 1-12"],
    ["* * * 13 *", "month 13 is outside 1-12"],
    ["* * * * 8", "day of week 8 is outside 0-7"],
    ["5-5 * * * *", "minute '5-5' is a range that does not go up"],
    ["0 0 * * 5#2", "day of week '5#2' is not a number or a name, such as 'MON'"],
  ])("of '%s' is refused: %s", (cron, says) => {
    expect(() => parseSchedule(cron, "Etc/UTC")).toThrow(
      `Schedule or time zone is invalid: schedule '${cron}': ${says}.`,
    );
  });

  it.each([
    ...["every 5 minutes", "every 48 hours", "every monday 09:00", "1st friday of quarter 9:00"],
    ...["first monday of month 9:00", "15th of month 9:00", "22nd of month 9:00"],
  ])("in English is said not to be emulated: %s", (schedule) => {
    expect(() => parseSchedule(schedule, "Etc/UTC")).toThrow(
      `'Job.schedule ${schedule}' is not emulated locally. Write a cron expression.`,
    );
  });
});
