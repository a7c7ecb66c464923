import { GoogleError } from "../../api/googleError.ts";
import type { Json } from "../../api/parseJson.ts";
import { decodeMessage } from "../../api/protoJson.ts";

/** What a message with one field of each kind is refused with. */
function refusal(body: Json): GoogleError {
  try {
    decodeMessage({ int: "int32", double: "double", text: "string" }, body);
  } catch (error) {
    if (error instanceof GoogleError) return error;
  }
  throw new Error("It is accepted.");
}

describe("decodeMessage", () => {
  it("refuses a message with very many mistakes by the first hundred", () => {
    const body = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, 1]));

    const lines = refusal(body).message.split("\n");

    expect(lines).toHaveLength(100);
    expect(lines[99]).toBe(
      'Invalid JSON payload received. Unknown name "key99": Cannot find field.',
    );
  });

  it("shows no more than the beginning of a name and of a value", () => {
    expect(refusal({ ["k".repeat(10_000)]: 1, int: "v".repeat(10_000) }).message).toBe(
      `Invalid JSON payload received. Unknown name "${"k".repeat(100)}…": Cannot find field.\n` +
        `Invalid value at 'int' (TYPE_INT32), "${"v".repeat(99)}…`,
    );
  });

  it.each([
    { field: "int", value: 2_147_483_648, type: "TYPE_INT32" },
    { field: "int", value: -2_147_483_649, type: "TYPE_INT32" },
    { field: "int", value: 0.5, type: "TYPE_INT32" },
    { field: "double", value: "Infinity", type: "TYPE_DOUBLE" },
    { field: "double", value: "NaN", type: "TYPE_DOUBLE" },
    { field: "text", value: 1, type: "TYPE_STRING" },
  ])("refuses $value for a $type", ({ field, value, type }) => {
    expect(refusal({ [field]: value }).message).toBe(
      `Invalid value at '${field}' (${type}), ${JSON.stringify(value)}`,
    );
  });

  it.each([2_147_483_647, -2_147_483_648, "-1"])("takes %s for a number of 32 bits", (value) => {
    expect(decodeMessage({ int: "int32" }, { int: value })).toEqual({ int: Number(value) });
  });

  it.each([
    { sent: "-_-_", read: "+/+/" },
    { sent: "aGk", read: "aGk=" },
    { sent: "aA", read: "aA==" },
    { sent: "aA=", read: "aA==" },
    { sent: "aA==", read: "aA==" },
    { sent: "", read: "" },
  ])("reads the bytes '$sent' as standard base64 with its padding (G 1.1)", ({ sent, read }) => {
    expect(decodeMessage({ body: "bytes" }, { body: sent })).toEqual({ body: read });
  });

  it.each(["a", "aGkaa", "a*==", "a=b="])("refuses '%s' for bytes (G 1.1)", (body) => {
    expect(() => decodeMessage({ body: "bytes" }, { body })).toThrow(
      `Invalid value at 'body' (TYPE_BYTES), "${body}"`,
    );
  });

  it.each([
    { field: "span", value: "315576000001s", type: "Duration" },
    { field: "span", value: "-315576000000.1s", type: "Duration" },
    { field: "time", value: "0000-12-31T23:59:59Z", type: "Timestamp" },
    { field: "time", value: "10000-01-01T00:00:00Z", type: "Timestamp" },
  ])("refuses $value, which no $type can be", ({ field, value, type }) => {
    expect(() =>
      decodeMessage({ span: "duration", time: "timestamp" }, { [field]: value }),
    ).toThrow(
      `Invalid value at '${field}' (type.googleapis.com/google.protobuf.${type}), "${value}"`,
    );
  });

  it("takes null for an entry of a map that is not there", () => {
    const labels = { a: null, b: "2" };

    expect(decodeMessage({ labels: { map: "string" } }, { labels })).toEqual({
      labels: { b: "2" },
    });
  });

  it.each([
    { given: { oidcToken: "a", oauthToken: "b" }, cannot: "oauthToken" },
    { given: { oauthToken: "a", oidc_token: "b" }, cannot: "oidc_token" },
  ])("refuses a second member of a oneof, $cannot", ({ given, cannot }) => {
    const target = {
      message: { uri: "string", oauthToken: "string", oidcToken: "string" },
      oneofs: { authorization_header: ["oauthToken", "oidcToken"] },
    } as const;

    expect(() => decodeMessage({ target }, { target: given })).toThrow(
      `Invalid value at 'target' (oneof), oneof field 'authorization_header' is already set. Cannot set '${cannot}'`,
    );
    expect(
      decodeMessage(
        { target },
        { target: { ...given, oidc_token: null, oidcToken: null, oauthToken: "b" } },
      ),
    ).toEqual({
      target: { oauthToken: "b" },
    });
  });
});
