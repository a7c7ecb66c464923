import { plainProperties } from "../../policy/plainProperties.ts";
import { UNKNOWN } from "../../policy/resource.ts";

/** Throws where a value is read that a preview does not know, as the policy SDK's resources do. */
function unreadable<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, key): unknown {
      const value: unknown = Reflect.get(of, key);
      if (value === "unknown")
        throw new Error(`value at .${String(key)} can't be known during preview`);
      return typeof value === "object" && value !== null ? unreadable(value) : value;
    },
  });
}

describe("plainProperties", () => {
  it("keeps what is known, at any depth", () => {
    const properties = { a: 1, list: ["x", { b: true }], nothing: null };

    expect(plainProperties(unreadable(properties))).toEqual(properties);
  });

  it("marks what is not known, and keeps what stands beside it", () => {
    const properties = { url: "unknown", inner: { list: ["unknown", "x"], name: "unknown", b: 2 } };

    expect(plainProperties(unreadable(properties))).toEqual({
      url: UNKNOWN,
      inner: { list: [UNKNOWN, "x"], name: UNKNOWN, b: 2 },
    });
  });
});
