import {
  duration,
  freePort,
  pullRequest,
  repeated,
  stackName,
  time,
} from "../../command/readers.ts";

describe("A duration", () => {
  it.each([
    { text: "250ms", ms: 250 },
    { text: "90s", ms: 90_000 },
    { text: "1.5s", ms: 1500 },
    { text: "5m", ms: 300_000 },
    { text: "72h", ms: 259_200_000 },
    { text: "7d", ms: 604_800_000 },
    { text: "0s", ms: 0 },
  ])("of '$text' is $ms ms", ({ text, ms }) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(["", "5", "s", "5 m", "-5s", "5M", "5w", "1e3s", ".5s", "5s "])("is not '%s'", (text) => {
    expect(() => duration(text)).toThrow(
      "A duration is a number and 'ms', 's', 'm', 'h' or 'd', such as '90s' or '5m'.",
    );
  });
});

describe("A time", () => {
  const now = Date.UTC(2026, 10, 25, 12);

  it.each([
    { text: "2h", is: "2026-11-25T10:00:00.000Z" },
    { text: "7d", is: "2026-11-18T12:00:00.000Z" },
    { text: "2026-11-24", is: "2026-11-24T00:00:00.000Z" },
    { text: "2026-11-24T09:30:00Z", is: "2026-11-24T09:30:00.000Z" },
    { text: "2026-11-24T09:30+01:00", is: "2026-11-24T08:30:00.000Z" },
  ])("of '$text' is $is", ({ text, is }) => {
    expect(new Date(time(text, now)).toISOString()).toBe(is);
  });

  it.each(["", "yesterday", "2026-13-01", "2026-11-24T09:30", "24.11.2026", "12"])(
    "is not '%s'",
    (text) => {
      expect(() => time(text, now)).toThrow("A time is such as '2026-11-25'");
    },
  );

  it("is not so long ago as nobody can read it", () => {
    expect(() => time("5w", now)).toThrow("A duration is a number and");
  });
});

describe("A port to listen on", () => {
  it.each([
    { text: "0", port: 0 },
    { text: "1", port: 1 },
    { text: "65535", port: 65_535 },
  ])("is $port for '$text'", ({ text, port }) => {
    expect(freePort(text)).toBe(port);
  });

  it.each(["00", "-1", "65536", "0x50", " 80", ""])("is not '%s'", (text) => {
    expect(() => freePort(text)).toThrow("A port is a number from 1 to 65535.");
  });
});

describe("What may be given more than once", () => {
  it("is gathered, whether or not there is something to begin with", () => {
    const read = repeated(Number);

    expect(read("1", undefined)).toEqual([1]);
    expect(read("2", [1])).toEqual([1, 2]);
  });
});

describe("The name of a stack", () => {
  it.each(["dev", "pr-12", "prod_eu.1"])("is '%s'", (text) => {
    expect(stackName(text)).toBe(text);
  });

  it.each(["", "org/dev", "../dev", "-f", "a b", "a".repeat(101)])("is not '%s'", (text) => {
    expect(() => stackName(text)).toThrow("A stack's name has letters, digits");
  });
});

describe("A pull request", () => {
  it.each(["0", "1.5", "x", "1234567890"])("has no number '%s'", (text) => {
    expect(() => pullRequest(text)).toThrow("A pull request is a number from 1.");
  });
});
