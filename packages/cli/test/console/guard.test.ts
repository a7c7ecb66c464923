import { callRefusal, pageRefusal } from "../../console/server/guard.ts";

const PORT = 8123;
const TOKEN = "t".repeat(43);
const OWN = `http://127.0.0.1:${PORT}`;

/** The headers of the page's own call. */
const own = {
  host: `127.0.0.1:${PORT}`,
  origin: OWN,
  "sec-fetch-site": "same-origin",
  "content-type": "application/json",
  "x-console": "1",
  "x-console-token": TOKEN,
};

const call = (headers: object, method = "POST") =>
  callRefusal({ method, headers: { ...own, ...headers }, port: PORT }, TOKEN);
const page = (headers: object, method = "GET") =>
  pageRefusal({ method, headers: { host: own.host, ...headers }, port: PORT });

describe("A call of the console", () => {
  it("is answered when its own page makes it", () => {
    expect(call({})).toBeUndefined();
    expect(call({ host: `localhost:${PORT}`, origin: `http://localhost:${PORT}` })).toBeUndefined();
    expect(call({ origin: undefined, "content-type": undefined }, "GET")).toBeUndefined();
  });

  it.each([
    ["another host", { host: "evil.example:8123" }, 403, /^Host 'evil\.example:8123' is not/],
    ["another port", { host: "127.0.0.1:8124" }, 403, /^Host/],
    ["no host", { host: undefined }, 403, /^Host ''/],
    [
      "another origin",
      { origin: "https://evil.example" },
      403,
      /^Origin 'https:\/\/evil\.example'/,
    ],
    ["another name of ours", { origin: `http://localhost:${PORT}` }, 403, /^Origin/],
    ["no origin", { origin: undefined }, 403, /^Origin ''/],
    ["a null origin", { origin: "null" }, 403, /^Origin 'null'/],
    ["another site", { "sec-fetch-site": "cross-site" }, 403, /^Sec-Fetch-Site 'cross-site'/],
    ["another port's page", { "sec-fetch-site": "same-site" }, 403, /^Sec-Fetch-Site/],
    ["a link", { "sec-fetch-site": "none" }, 403, /^Sec-Fetch-Site 'none'/],
    ["no site", { "sec-fetch-site": undefined }, 403, /^Sec-Fetch-Site ''/],
    ["a form", { "content-type": "text/plain" }, 415, /application\/json/],
    ["no header of ours", { "x-console": undefined }, 403, /X-Console: 1/],
    ["no token", { "x-console-token": undefined }, 401, /token is missing or not/],
    ["another token", { "x-console-token": "u".repeat(43) }, 401, /token/],
    ["a beginning of the token", { "x-console-token": "t" }, 401, /token/],
  ] as const)("is refused with %s", (_, headers, status, message) => {
    expect(call(headers)).toEqual({ status, message: expect.stringMatching(message) });
  });

  it.each([
    ["another host", { host: "evil.example:8123" }, 403],
    ["another origin", { origin: "https://evil.example" }, 403],
    ["another site", { "sec-fetch-site": "cross-site" }, 403],
    ["no header of ours", { "x-console": undefined }, 403],
    ["no token", { "x-console-token": undefined }, 401],
  ] as const)("that only reads is refused with %s", (_, headers, status) => {
    expect(call(headers, "GET")?.status).toBe(status);
  });

  it("is GET or POST", () => {
    expect(call({}, "DELETE")?.status).toBe(405);
    expect(call({}, "OPTIONS")?.status).toBe(405);
  });
});

describe("The page", () => {
  it("is given to whoever opens it on this machine", () => {
    expect(page({})).toBeUndefined();
    expect(page({ "sec-fetch-site": "none" }, "HEAD")).toBeUndefined();
  });

  it.each([
    ["a name that resolves to this machine", { host: "evil.example:8123" }, 403],
    ["a page of elsewhere", { "sec-fetch-site": "cross-site" }, 403],
  ] as const)("is not given to %s", (_, headers, status) => {
    expect(page(headers)?.status).toBe(status);
  });

  it("is only read", () => {
    expect(page({}, "POST")?.status).toBe(405);
  });
});
