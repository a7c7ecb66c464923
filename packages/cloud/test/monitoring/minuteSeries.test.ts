import { MinuteSeries } from "../../monitoring/minuteSeries.ts";

describe("MinuteSeries", () => {
  it("holds the last 360 minutes and no more", () => {
    const series = new MinuteSeries<string>();

    for (let minute = 0; minute <= 1000; minute++) series.put(minute, `at ${minute}`);

    const held = [...series.between(0, Infinity)];
    expect([held.length, held[0], held.at(-1)]).toEqual([360, [641, "at 641"], [1000, "at 1000"]]);
  });

  it("has one value for a minute, the last that was put", () => {
    const series = new MinuteSeries<number>();

    series.put(5, 1);
    series.put(5, 2);

    expect([series.at(5), series.at(6)]).toEqual([2, undefined]);
    expect([...series.between(0, 9)]).toEqual([[5, 2]]);
  });
});
