import fc from "fast-check";
import { JobHistory } from "./jobHistory.ts";
import { settingsArbitrary, stepsArbitrary } from "./jobSteps.ts";

describe("The rules of a job (G 6)", () => {
  it("is that of its model, in 2,000 histories", () => {
    fc.assert(
      fc.property(settingsArbitrary, stepsArbitrary, (settings, steps) => {
        const history = new JobHistory(settings);

        for (const step of steps) history.do(step);

        expect(new Set(history.scheduleTimes).size).toBe(history.scheduleTimes.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
