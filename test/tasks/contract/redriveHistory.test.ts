import { readHistory, writeHistory, type Life } from "../../../tasks/contract/redriveHistory.ts";

/** A life that ended at that second. */
const life = (second: number): Life => ({
  time: `2026-11-20T12:00:0${second}.000Z`,
  reason: "attempts-exhausted",
  cause: "a".repeat(64),
  attempts: 1_000_000,
  run: "r".repeat(40),
});

describe("a history", () => {
  it("is read as it was written, without what is no field of it", () => {
    const { time, reason, cause, attempts } = life(0);
    // Of a release that told no run.
    const early = { time, reason, cause, attempts };
    const lives = [early, life(1), { ...life(2), reason: "permanent-error" as const }];

    expect(readHistory(writeHistory(lives))).toEqual(lives);
    expect(readHistory(JSON.stringify([{ ...life(1), more: 1 }]))).toEqual([life(1)]);
  });

  it("has the last five of more lives, and then fits", () => {
    const written = writeHistory([0, 1, 2, 3, 4, 5, 6].map(life));

    expect(readHistory(written)).toEqual([2, 3, 4, 5, 6].map(life));
    expect(written.length).toBeLessThanOrEqual(2048);
  });

  it("is refused where it has six lives", () => {
    expect(readHistory(JSON.stringify([0, 1, 2, 3, 4, 5].map(life)))).toBeUndefined();
  });
});
