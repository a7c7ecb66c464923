import { GoogleError } from "../../api/googleError.ts";
import { parseJson } from "../../api/parseJson.ts";

const nested = (levels: number): Buffer => Buffer.from("[".repeat(levels) + "]".repeat(levels));

describe("parseJson", () => {
  it.each([
    { text: '{"a":[1,null,"é"]}', json: { a: [1, null, "é"] } },
    { text: "0", json: 0 },
    { text: "null", json: null },
    { text: "", json: undefined },
  ])("reads $text", ({ text, json }) => {
    expect(parseJson(Buffer.from(text))).toEqual(json);
  });

  it("reads no body at all as none", () => {
    expect(parseJson(undefined)).toBeUndefined();
  });

  it("reads what is nested a hundred levels deep", () => {
    expect(JSON.stringify(parseJson(nested(100)))).toBe(nested(100).toString());
  });

  it.each([101, 100_000])("refuses what is nested %i levels deep", (levels) => {
    expect(() => parseJson(nested(levels))).toThrow(
      new GoogleError(
        "INVALID_ARGUMENT",
        "Invalid JSON payload received. It is nested more than 100 levels deep.",
      ),
    );
  });

  it("refuses what is not JSON, and says where", () => {
    expect(() => parseJson(Buffer.from('{"a":}'))).toThrow(
      'Invalid JSON payload received. Unexpected token \'}\', "{"a":}" is not valid JSON',
    );
  });

  it("makes no prototype of a key", () => {
    const json = parseJson(Buffer.from('{"__proto__":{"polluted":true}}'));

    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect(json).not.toHaveProperty("polluted");
  });
});
