import { printable } from "../../command/printable.ts";

describe("A printable text", () => {
  it("keeps lines and tabs, and holds nothing that a terminal obeys", () => {
    expect(printable("a\n\tb\u001b]0;title\u0007c\u0008\u009bd")).toBe("a\n\tbc\ufffd\ufffdd");
  });
});
