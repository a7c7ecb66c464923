import { decodeRest, decodeSegment, parseTemplate, splitPath } from "../../api/pathTemplate.ts";

describe("parseTemplate", () => {
  it("reads literals, variables and a custom verb", () => {
    expect(parseTemplate("POST /v2/projects/{project}/queues/{queue}:pause")).toEqual({
      verb: "POST",
      segments: [
        { literal: "v2" },
        { literal: "projects" },
        { variable: "project", isRest: false },
        { literal: "queues" },
        { variable: "queue", isRest: false },
      ],
      custom: "pause",
    });
  });

  it("reads a variable that takes the rest of the path", () => {
    expect(parseTemplate("GET /v2/metrics/{name=**}").segments.at(-1)).toEqual({
      variable: "name",
      isRest: true,
    });
  });

  it.each([
    ["/v2/projects", "is not a verb, a space and a path that begins with a slash."],
    ["GET v2", "is not a verb, a space and a path that begins with a slash."],
    ["GET /v2/a{b}", "is neither text nor one variable in braces."],
    ["GET /v2/{b=*}", "is neither text nor one variable in braces."],
  ])("rejects '%s'", (template, reason) => {
    expect(() => parseTemplate(template)).toThrow(reason);
  });
});

describe("splitPath", () => {
  it.each([
    { path: "/v1/a:b/c:run", segments: ["v1", "a:b", "c"], custom: "run" },
    { path: "/v1/c%3Arun", segments: ["v1", "c%3Arun"], custom: "" },
    { path: "/v1/a/", segments: ["v1", "a", ""], custom: "" },
    { path: "/", segments: [""], custom: "" },
  ])("splits $path", ({ path, segments, custom }) => {
    expect(splitPath(path)).toEqual({ segments, custom });
  });
});

describe("decodeSegment", () => {
  it.each([
    ["email-1_a", "email-1_a"],
    ["a%20b", "a b"],
    ["runtime%40demo", "runtime@demo"],
    ["%c3%a9", "é"],
  ])("decodes '%s'", (raw, text) => {
    expect(decodeSegment(raw)).toBe(text);
  });

  it.each(["", ".", "..", "%2e%2E", "a%2Fb", "a%5cb", "a%00", "%0a", "%zz", "%c3", "100%"])(
    "refuses '%s'",
    (raw) => {
      expect(decodeSegment(raw)).toBeUndefined();
    },
  );
});

describe("decodeRest", () => {
  it.each([
    { raw: ["a", "b"], text: "a/b" },
    { raw: ["a%2Fb"], text: "a/b" },
  ])("decodes $raw", ({ raw, text }) => {
    expect(decodeRest(raw)).toBe(text);
  });

  it.each([[["a", ""]], [["..", "a"]], [["a%2F..%2Fb"]], [["a%2F"]], [["%"]]])(
    "refuses %j",
    (raw) => {
      expect(decodeRest(raw)).toBeUndefined();
    },
  );
});
