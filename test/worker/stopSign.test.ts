import { StopSign } from "../../worker/stopSign.ts";

describe("StopSign", () => {
  it("calls those that listen when it is raised, and aborts its signal", () => {
    const sign = new StopSign();
    const called: string[] = [];
    sign.onRaised(() => called.push("one"));
    sign.onRaised(() => called.push("two"));

    expect(sign.signal.aborted).toBe(false);
    sign.raise();

    expect(called).toEqual(["one", "two"]);
    expect(sign.signal.reason).toEqual(new Error("The worker is stopping."));
  });

  it.each([
    { leave: [0], called: [1, 2, 3] },
    { leave: [3], called: [0, 1, 2] },
    { leave: [0, 3, 1], called: [2] },
    { leave: [2, 2, 0, 2], called: [1, 3] },
    { leave: [3, 2, 1, 0], called: [] },
  ])("calls $called of four after $leave have left", ({ leave, called }) => {
    const sign = new StopSign();
    const calls: number[] = [];
    const leavers = [0, 1, 2, 3].map((n) => sign.onRaised(() => calls.push(n)));

    for (const n of leave) leavers[n]!();
    sign.raise();

    expect(calls.sort()).toEqual(called);
  });

  it("lets one that is called leave", () => {
    const sign = new StopSign();
    const calls: string[] = [];
    const leave = sign.onRaised(() => {
      leave();
      calls.push("one");
    });
    sign.onRaised(() => calls.push("two"));

    sign.raise();

    expect(calls).toEqual(["one", "two"]);
  });
});
