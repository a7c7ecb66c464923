import { SharedValues } from "../../cloudtasks/sharedValues.ts";

/** How many values were made for these keys. */
function made(keys: readonly string[]): number {
  const values = new SharedValues<object>();
  let count = 0;
  for (const key of keys) {
    values.get(key, () => {
      count++;
      return {};
    });
  }
  return count;
}

const thousand = Array.from({ length: 1000 }, (_, n) => `key-${n}`);

describe("Shared values", () => {
  it("are the same object for the same key", () => {
    const values = new SharedValues<object>();
    const first = values.get("a", () => ({}));

    expect(values.get("a", () => ({}))).toBe(first);
    expect(values.get("b", () => ({}))).not.toBe(first);
  });

  it.each([
    { what: "a thousand keys twice", keys: [...thousand, ...thousand], makes: 1000 },
    { what: "one key more, and then the first", keys: [...thousand, "more", "key-0"], makes: 1002 },
    { what: "a long key twice", keys: ["x".repeat(2101), "x".repeat(2101)], makes: 2 },
  ])("are made for $what $makes times", ({ keys, makes }) => {
    expect(made(keys)).toBe(makes);
  });
});
