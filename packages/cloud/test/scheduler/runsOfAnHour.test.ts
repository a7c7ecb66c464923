import { Cron } from "croner";
import fc from "fast-check";
import { parseSchedule } from "../../scheduler/schedule.ts";

const MINUTE_MS = 60_000;

/** Whole hours, half and three-quarter hours, clocks that change by an hour, half an hour, and in a month's middle. */
const ZONES = [
  "Etc/UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Pacific/Chatham",
];
/** When one of their clocks changes; twice in the middle of an hour. */
const CHANGES = [
  "2010-03-14T03:31Z",
  "2010-11-07T02:31Z",
  "2026-03-29T01:00Z",
  "2026-10-25T01:00Z",
  "2026-03-08T07:00Z",
  "2026-11-01T06:00Z",
  "2026-11-01T04:30Z",
  "2026-04-04T15:00Z",
  "2026-10-03T15:30Z",
  "2026-02-15T02:00Z",
  "2026-09-26T14:00Z",
  "2027-01-01T00:00Z",
].map((text) => Date.parse(text));

const minute = fc.oneof(
  fc.constantFrom("*", "*/7", "*/20", "0", "59", "0,30", "10-20", "5,17,58", "3-50/9"),
  fc.integer({ min: 0, max: 59 }).map(String),
);
const hour = fc.constantFrom("0", "*", "*", "*/2", "0-3", "1,2,3", "2", "23");
const day = fc.constantFrom("*", "*", "*", "1", "25-31", "*/2");
const weekday = fc.constantFrom("*", "*", "*", "SUN", "1-5");
const start = fc.oneof(
  fc.integer({ min: Date.parse("2026-01-01T00:00Z"), max: Date.parse("2027-12-31T00:00Z") }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -240 * MINUTE_MS, max: 0 }))
    .map(([change, ms]) => change + ms),
);

describe("A schedule, asked again and again", () => {
  it("is due when the cron library says, in every zone and at every change of clocks", () => {
    fc.assert(
      fc.property(
        fc.tuple(minute, hour, day, weekday).map(([m, h, d, w]) => `${m} ${h} ${d} * ${w}`),
        fc.constantFrom(...ZONES),
        start,
        // From one time on to the next, or a little less or more than that.
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 90 * MINUTE_MS })), {
          minLength: 12,
          maxLength: 12,
        }),
        (expression, zone, from, steps) => {
          const schedule = parseSchedule(expression, zone);
          const cron = new Cron(expression, { timezone: zone, mode: "5-part", paused: true });

          let time = from;
          for (const step of steps) {
            const due = cron.nextRun(new Date(time))?.getTime();
            expect(schedule.next(time)).toBe(due);
            time = due! + step;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
