import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { DeathCounts } from "../../console/server/deathTimes.ts";

const NINE = Date.parse("2026-11-25T09:00:00Z");

/** What is counted of letters of these causes that ended so many seconds after nine, each a page. */
function counted(...letters: readonly (readonly [cause: string, seconds: number])[]) {
  const counts = new DeathCounts("cause");
  for (const [cause, seconds] of letters) {
    counts.add([{ cause, time: NINE + seconds * 1000 } as DeadLetter]);
  }
  return counts.times;
}

it("Dead letters are counted second by second where all ended within seconds", () => {
  expect(counted(["a", 0], ["a", 0], ["b", 3], ["a", 2])).toEqual({
    from: NINE,
    spanMs: 1000,
    counts: { a: [2, 0, 1, 0], b: [0, 0, 0, 1] },
  });
});

it("Their spans are as wide as it takes, and the same of all groups", () => {
  const minutes = Array.from({ length: 60 }, (_, n) => ["a", n * 60] as const);
  const { from, spanMs, counts } = counted(...minutes, ["b", 3599]);

  expect(spanMs).toBe(128_000);
  expect(from % spanMs).toBe(0);
  expect(from).toBeLessThanOrEqual(NINE);
  expect(counts["a"]!.length).toBe(counts["b"]!.length);
  expect(counts["a"]!.length).toBeLessThanOrEqual(48);
  expect(counts["a"]!.length).toBeGreaterThan(24);
  expect(counts["a"]!.reduce((sum, n) => sum + n, 0)).toBe(60);
  expect(counts["b"]!.findIndex((n) => n > 0)).toBe(Math.floor((NINE + 3_599_000 - from) / spanMs));
});

it("They are counted in whatever order they are read, and at any time that somebody wrote", () => {
  const letters = [
    ["a", 0],
    ["b", 86_400 * 365],
    ["a", -86_400 * 3000],
  ] as const;

  expect(counted(...letters)).toEqual(counted(...letters.toReversed()));
  expect(
    Object.values(counted(...letters).counts)
      .flat()
      .reduce((sum, n) => sum + n),
  ).toBe(3);
});

it("Of none there is nothing to count", () => {
  expect(counted()).toEqual({ from: 0, spanMs: 1000, counts: {} });
});
