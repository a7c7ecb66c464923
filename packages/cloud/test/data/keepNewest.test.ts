import { keepNewest } from "../../data/keepNewest.ts";

describe("keepNewest", () => {
  it.each([
    { count: 2, left: ["b", "c"] },
    { count: 3, left: ["a", "b", "c"] },
    { count: 0, left: [] },
  ])("leaves the newest $count of three", ({ count, left }) => {
    const map = new Map(["a", "b", "c"].map((key, i) => [key, i]));

    keepNewest(map, count);

    expect([...map.keys()]).toEqual(left);
  });
});
