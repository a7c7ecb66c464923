import { isCliRequired, isCliThere } from "./engineUnderTest.ts";

describe("The Pulumi CLI", () => {
  it("is there, or the tests of the real engine are skipped", () => {
    const isThere = isCliThere();
    if (!isThere) {
      process.stderr.write("The Pulumi CLI is not on the PATH: test/engine is skipped.\n");
    }

    expect(isThere || !isCliRequired()).toBe(true);
  });
});
