import { past, pastMoment } from "../../console/page/words.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const MOMENT = /^25 Nov, [\d:]{8}$/;

describe("When something was", () => {
  it("is how long ago it was", () => {
    expect(past(NOW - 180_000, NOW)).toBe("3 min ago");
    expect(past(NOW + 999, NOW)).toBe("now");
    expect(past(undefined, NOW)).toBe("-");
    expect(pastMoment(NOW - 180_000, NOW)).toMatch(/^25 Nov, [\d:]{8} \(3 min ago\)$/);
  });

  it("is its time alone where the clock that told it is ahead", () => {
    expect(past(NOW + 12_000, NOW)).toMatch(MOMENT);
    expect(pastMoment(NOW + 12_000, NOW)).toMatch(MOMENT);
  });
});
