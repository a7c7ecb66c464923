import { parseCron } from "../cron.ts";
import { clockChangeAt, leastOffsetMs } from "../timeZone.ts";

it.each([
  ["Etc/UTC", 0],
  ["Europe/Berlin", 60],
  ["America/New_York", -300],
  ["Australia/Sydney", 600],
  ["Asia/Kolkata", 330],
])("the clocks of %s are never less than %i minutes ahead of UTC", (zone, minutes) => {
  expect(leastOffsetMs(zone)).toBe(minutes * 60_000);
});

describe("clockChangeAt", () => {
  const now = new Date("2026-11-24T12:00Z");

  it.each([
    {
      cron: "30 2 * * *",
      zone: "Europe/Berlin",
      change: { kind: "skips", from: "2027-03-28T02:00:00.000Z", to: "2027-03-28T03:00:00.000Z" },
    },
    {
      // March is free of it; October is not.
      cron: "30 2 * 10 SUN",
      zone: "Europe/Berlin",
      change: { kind: "repeats", from: "2027-10-31T02:00:00.000Z", to: "2027-10-31T03:00:00.000Z" },
    },
    {
      cron: "15 1 * * *",
      zone: "America/New_York",
      change: { kind: "repeats", from: "2027-11-07T01:00:00.000Z", to: "2027-11-07T02:00:00.000Z" },
    },
    {
      // Half an hour.
      cron: "45 1 * 4 *",
      zone: "Australia/Lord_Howe",
      change: { kind: "repeats", from: "2027-04-04T01:30:00.000Z", to: "2027-04-04T02:00:00.000Z" },
    },
  ])("finds that $zone $change.kind time of '$cron'", ({ cron, zone, change }) => {
    const found = clockChangeAt(parseCron(cron), zone, now);

    expect(found).toEqual({
      kind: change.kind,
      from: new Date(change.from),
      to: new Date(change.to),
    });
  });

  it.each([
    { cron: "30 2 * * *", zone: "Etc/UTC" },
    { cron: "0 3 * * *", zone: "Europe/Berlin" },
    { cron: "59 1 * * *", zone: "Europe/Berlin" },
    { cron: "30 2 * * MON-FRI", zone: "Europe/Berlin" },
    { cron: "30 2 * * *", zone: "Asia/Kolkata" },
  ])("finds none for '$cron' in $zone", ({ cron, zone }) => {
    expect(clockChangeAt(parseCron(cron), zone, now)).toBeUndefined();
  });
});
