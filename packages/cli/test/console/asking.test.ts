import {
  busyMs,
  costWords,
  FORGOTTEN_MS,
  isDue,
  leftOpen,
  LISTED_MS,
  localMs,
  RESTING_MS,
  SERIES_MS,
  STATS_MS,
} from "../../console/page/asking.ts";

it.each([
  { what: "not before its time", now: STATS_MS - 1, touched: 0, everyMs: STATS_MS, due: false },
  { what: "at its time", now: STATS_MS, touched: 0, everyMs: STATS_MS, due: true },
  {
    what: "up to ten minutes untouched",
    now: FORGOTTEN_MS - 1,
    touched: 0,
    everyMs: STATS_MS,
    due: true,
  },
])("asks $what", ({ now, touched, everyMs, due }) => {
  expect(isDue(now, { asked: 0, touched, everyMs })).toBe(due);
});

it("asks every five minutes where nobody has touched the page for ten", () => {
  const now = FORGOTTEN_MS + 3 * RESTING_MS;
  const untouched = { touched: 0, everyMs: STATS_MS };

  expect(isDue(now, { ...untouched, asked: now - RESTING_MS + 1 })).toBe(false);
  expect(isDue(now, { ...untouched, asked: now - RESTING_MS })).toBe(true);
  // And every five seconds again as soon as somebody has.
  expect(isDue(now, { touched: now, everyMs: STATS_MS, asked: now - STATS_MS })).toBe(true);
  expect(isDue(now, { touched: now, everyMs: SERIES_MS, asked: now - STATS_MS })).toBe(false);
});

it("asks a local cloud every five seconds, but for tasks, which are listed after events alone", () => {
  expect([1000, STATS_MS, 30_000, SERIES_MS].map(localMs)).toEqual([1000, 5000, 5000, 5000]);
  expect(localMs(LISTED_MS)).toBe(Infinity);
});

it("asks a local cloud every two seconds where things happen, and every five where more do than it is told", () => {
  expect(busyMs(10_000, -Infinity)).toBe(2000);
  expect(busyMs(10_000, 8_001)).toBe(STATS_MS);
  expect(busyMs(10_000, 8_000)).toBe(2000);
});

it("costs less than two cents to leave open for a day, with thirty queues", () => {
  expect(leftOpen(30, 1)).toBeCloseTo(0.0078, 4);
});

it("says what it costs", () => {
  expect(costWords(3, 1)).toBe(
    "While this page is seen it asks each queue every 5 s (3 operations) and Monitoring every minute (1 read); once " +
      "nobody has touched it for ten minutes, every five. A day of that is $0.035 in use and $0.003 left open, beyond " +
      "Google's free millions a month.",
  );
  expect(costWords(3, 0)).toBe(
    "While this page is seen it asks each queue every 5 s (3 operations); once nobody has touched it for ten minutes, " +
      "every five. A day of that is $0.021 in use and $0.000 left open, beyond Google's free millions a month.",
  );
  expect(costWords(0, 1)).toBe(
    "While this page is seen it asks Monitoring every minute (1 read); once nobody has touched it for ten minutes, every " +
      "five. A day of that is $0.014 in use and $0.003 left open, beyond Google's free millions a month.",
  );
});
