import { digestDate } from "../../../worker/handlers/digestDate.ts";

describe("digestDate", () => {
  it.each([
    {
      at: "2026-11-24T05:00:00Z",
      zone: "Europe/Berlin",
      starts: "06:00",
      date: "2026-11-24",
      why: "the day begins",
    },
    {
      at: "2026-11-24T04:59:59Z",
      zone: "Europe/Berlin",
      starts: "06:00",
      date: "2026-11-23",
      why: "before the day begins",
    },
    {
      at: "2026-11-24T22:59:59Z",
      zone: "Europe/Berlin",
      starts: "00:00",
      date: "2026-11-24",
      why: "the day ends at midnight",
    },
    {
      at: "2026-11-24T23:00:00Z",
      zone: "Europe/Berlin",
      starts: "00:00",
      date: "2026-11-25",
      why: "midnight",
    },
    {
      at: "2026-01-01T02:00:00Z",
      zone: "Etc/UTC",
      starts: "06:00",
      date: "2025-12-31",
      why: "the year turns",
    },
    {
      at: "2028-03-01T02:00:00Z",
      zone: "Etc/UTC",
      starts: "06:00",
      date: "2028-02-29",
      why: "a leap year",
    },
    {
      at: "2026-11-24T22:00:00Z",
      zone: "Pacific/Auckland",
      starts: "06:00",
      date: "2026-11-25",
      why: "far east",
    },
    {
      at: "2026-11-24T03:00:00Z",
      zone: "America/Los_Angeles",
      starts: "06:00",
      date: "2026-11-23",
      why: "far west",
    },
    {
      at: "2026-11-24T00:29:00Z",
      zone: "Asia/Kolkata",
      starts: "06:00",
      date: "2026-11-23",
      why: "half an hour off, before",
    },
    {
      at: "2026-11-24T00:30:00Z",
      zone: "Asia/Kolkata",
      starts: "06:00",
      date: "2026-11-24",
      why: "half an hour off",
    },
    // Clocks go from 02:00 to 03:00 on 2026-03-29 at 01:00Z: 02:30 is skipped.
    {
      at: "2026-03-29T00:59:59Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-03-28",
      why: "before a start that is skipped",
    },
    {
      at: "2026-03-29T01:00:00Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-03-29",
      why: "past a start that was skipped",
    },
    // Clocks go from 03:00 back to 02:00 on 2026-10-25 at 01:00Z: 02:30 comes twice.
    {
      at: "2026-10-25T00:29:59Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-10-24",
      why: "before a start that comes twice",
    },
    {
      at: "2026-10-25T00:30:00Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-10-25",
      why: "its first time",
    },
    {
      at: "2026-10-25T01:10:00Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-10-25",
      why: "between its two times",
    },
    {
      at: "2026-10-25T01:30:00Z",
      zone: "Europe/Berlin",
      starts: "02:30",
      date: "2026-10-25",
      why: "its second time",
    },
  ])("of $at in $zone, with days from $starts, is $date: $why", ({ at, zone, starts, date }) => {
    expect(digestDate(new Date(at), zone, starts)).toBe(date);
  });
});
