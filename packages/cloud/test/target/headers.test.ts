import { headerProblem } from "../../target/headers.ts";

describe("A header (G 1.9)", () => {
  it.each(["", "a b", " a\t", "caf\u00e9", "\u0080", "\u00ff"])(
    "may have the value %j",
    (value) => {
      expect(headerProblem("X-A", value)).toBeUndefined();
    },
  );

  it.each([
    { what: "an emoji", value: "k-\u{1f600}", code: "1F600" },
    { what: "half of one", value: "k-\ud83d", code: "D83D" },
    { what: "its other half", value: "\ude00-k", code: "DE00" },
    { what: "the first character beyond ISO-8859-1", value: "\u0100", code: "0100" },
    { what: "the end of a line", value: "a\r\nb", code: "000D" },
    { what: "a NUL", value: "a\0", code: "0000" },
    { what: "a deletion", value: "\x7f", code: "007F" },
  ])("may not have $what in its value", ({ value, code }) => {
    expect(headerProblem("X-A", value)).toBe(
      `The value of header 'X-A' holds U+${code}; a header takes the printable characters of ISO-8859-1, and tabs.`,
    );
  });

  it.each(["", "a b", "a:", "(a)", "caf\u00e9", "a\n"])("may not be called %j", (name) => {
    expect(headerProblem(name, "")).toBe(`Header name '${name}' is not valid.`);
  });
});
