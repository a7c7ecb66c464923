import {
  clockTime,
  countOf,
  countWords,
  dayWords,
  spanWords,
  timeWords,
  whenWords,
} from "../../command/words.ts";

const NOW = Date.UTC(2026, 10, 25, 12);

describe("Words for people", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [5210, "5,210"],
    [1_234_567, "1,234,567"],
  ])("write the count %d as %s", (count, words) => {
    expect(countWords(count)).toBe(words);
  });

  it("say of one what is said of one", () => {
    expect([countOf(1, "task"), countOf(0, "task"), countOf(2000, "more", "more")]).toEqual([
      "1 task",
      "0 tasks",
      "2,000 more",
    ]);
  });

  it.each([
    [0, "0 s"],
    [4400, "4 s"],
    [59_600, "1 min"],
    [106_000, "1 min 46 s"],
    [12_000_000, "3 h 20 min"],
    [9 * 86_400_000 + 4 * 3_600_000, "9 d 4 h"],
  ])("write the span of %d ms as %s", (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });

  it.each([
    [0, "now"],
    [-180_000, "3 min ago"],
    [-1000, "1 s ago"],
    [31 * 86_400_000, "in 31 d"],
  ])("say when %d ms from now is: %s", (ms, words) => {
    expect(whenWords(NOW + ms, NOW)).toBe(words);
  });

  it("write the time of day in the machine's time zone, to the millisecond", () => {
    const at = (...of: [number, number, number, number]) => new Date(2026, 10, 25, ...of).getTime();

    expect(clockTime(at(14, 5, 9, 12))).toBe("14:05:09.012");
    expect(clockTime(at(0, 0, 0, 0))).toBe("00:00:00.000");
  });

  it("write times and days in UTC", () => {
    expect([timeWords(NOW), dayWords(NOW)]).toEqual(["2026-11-25 12:00:00", "2026-11-25"]);
  });
});
