import { durationToMs, msToDuration, msToTimestamp, timestampToMs } from "../../api/protoTime.ts";

describe("Durations (G 1.1)", () => {
  it.each([
    { text: "0s", ms: 0, written: "0s" },
    { text: "0.1s", ms: 100, written: "0.100s" },
    { text: "1.5s", ms: 1500, written: "1.500s" },
    { text: "3600s", ms: 3_600_000, written: "3600s" },
    { text: "0.000250s", ms: 0.25, written: "0.000250s" },
    { text: "-1.5s", ms: -1500, written: "-1.500s" },
    { text: "1.000000999s", ms: 1000, written: "1s" },
    { text: "20.123999999s", ms: 20_123.999, written: "20.123999s" },
  ])("'$text' is $ms ms, written '$written'", ({ text, ms, written }) => {
    expect(durationToMs(text)).toBe(ms);
    expect(msToDuration(ms)).toBe(written);
  });
});

describe("Timestamps (G 1.1)", () => {
  it.each([
    { text: "2026-11-24T12:00:00Z", written: "2026-11-24T12:00:00Z" },
    { text: "2026-11-24T13:00:00+01:00", written: "2026-11-24T12:00:00Z" },
    { text: "2026-11-24T12:00:00.25Z", written: "2026-11-24T12:00:00.250Z" },
    { text: "2026-11-24T12:00:00.123456789Z", written: "2026-11-24T12:00:00.123456Z" },
    { text: "1969-12-31T23:59:59.500Z", written: "1969-12-31T23:59:59.500Z" },
  ])("'$text' is read to the microsecond and written '$written'", ({ text, written }) => {
    expect(msToTimestamp(timestampToMs(text))).toBe(written);
  });
});
