import fc from "fast-check";
import * as core from "../../cloudtasks/queueCore.ts";
import { DispatchWindows } from "./dispatchWindows.ts";
import { newTask } from "./newTask.ts";
import { QueueHistory } from "./queueHistory.ts";
import { limitsArbitrary, stepsArbitrary } from "./queueSteps.ts";

describe("The rules of a queue (G 1 to 3)", () => {
  it("is that of its model, in 10,000 histories", () => {
    fc.assert(
      fc.property(limitsArbitrary, stepsArbitrary, (limits, steps) => {
        const history = new QueueHistory(limits);

        for (const step of steps) history.do(step);

        history.drain();
        expect(history.lost).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("A queue's wake time", () => {
  const rate = fc.double({ min: 0.1, max: 500, noNaN: true });
  const rates = fc.array(rate, { minLength: 1, maxLength: 4 });
  const startTime = fc.double({ min: 1.79e12, max: 1.8e12, noNaN: true });

  it("is when there is exactly one more token, at any rate and after any change of it", () => {
    fc.assert(
      fc.property(limitsArbitrary, rates, startTime, (anyLimits, rates, startTime) => {
        const limits = { ...anyLimits, maxConcurrent: 1000 };
        const queue = core.createQueueState(limits, startTime);
        const windows = new DispatchWindows();
        let now = startTime;
        for (let i = 0; i < 50; i++) {
          core.addTask(queue, newTask({ createTime: now, sequence: i }));
        }
        windows.add(core.dispatchDue(queue, now).length, limits.burst);

        for (const ratePerSecond of rates) {
          core.setLimits(queue, { ...limits, ratePerSecond }, now);
          core.expireTasks(queue, now);
          for (let i = 0; i < 10; i++) {
            const wake = core.wakeTime(queue);
            windows.pass(wake - now, ratePerSecond);
            expect(wake - now).toBeLessThanOrEqual(1000 / ratePerSecond + 0.001);
            now = wake;
            expect(core.dispatchDue(queue, now)).toHaveLength(1);
            windows.add(1, limits.burst);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
