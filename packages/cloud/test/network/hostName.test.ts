import { hostName } from "../../network/hostName.ts";

describe("hostName", () => {
  it.each([
    ["api.example.com", "api.example.com"],
    ["API.Example.com", "api.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["intranet", "intranet"],
    ["10.0.0.1", "10.0.0.1"],
    ["[fd00::1]", "[fd00::1]"],
  ])("reads '%s' as '%s'", (text, host) => {
    expect(hostName(text)).toBe(host);
  });

  it.each([
    "",
    "http://x",
    "api.example.com:443",
    "api.example.com/",
    "user@api.example.com",
    "*.example.com",
    "*",
    "a b",
    "api..example.com",
    "a,b",
    "fd00::1",
    "x?y",
    "x#y",
    "999.1.1.1",
  ])("refuses '%s'", (text) => {
    expect(() => hostName(text)).toThrow(
      `'${text}' is no host. A host is a name or an address, such as 'api.example.com' or '10.0.0.1': without a scheme, port, path or wildcard.`,
    );
  });
});
