import fc from "fast-check";
import { DueHeap, type Due } from "../../time/dueHeap.ts";
import { VirtualClock } from "../../time/virtualClock.ts";

describe("VirtualClock", () => {
  it("runs timers in the order of their times, those of one time in the order they were set", async () => {
    const clock = new VirtualClock(1000);
    const ran: [string, number][] = [];
    const set = (name: string, time: number) => clock.at(time, () => ran.push([name, clock.now()]));
    set("c", 1030);
    set("a", 1010);
    set("b1", 1020);
    set("b2", 1020);
    set("past", 500);
    set("later", 1041);
    set("cancelled", 1015).cancel();

    await clock.advance(40);

    expect(ran).toEqual([
      ["past", 1000],
      ["a", 1010],
      ["b1", 1020],
      ["b2", 1020],
      ["c", 1030],
    ]);
    expect(clock.now()).toBe(1040);
    expect(clock.nextTime).toBe(1041);
  });

  it("waits for what a timer set going before it moves on", async () => {
    const clock = new VirtualClock(0);
    const times: number[] = [];
    clock.at(10, () => {
      void Promise.resolve()
        .then(() => undefined)
        .then(() => clock.at(15, () => times.push(clock.now())));
    });
    clock.at(20, () => times.push(clock.now()));

    await clock.advance(30);

    expect(times).toEqual([15, 20]);
  });
});

describe("DueHeap", () => {
  it("gives entries in order of time and sequence, whatever was removed in between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 20, maxLength: 60 }),
        fc.infiniteStream(fc.nat()),
        (times, picks) => {
          const heap = new DueHeap<Due>();
          const all = times.map((dueTime, sequence) => ({ dueTime, sequence, heapIndex: -1 }));
          for (const entry of all) heap.add(entry);
          const kept = [...all];
          while (kept.length > times.length / 2) {
            const [removed] = kept.splice(Number(picks.next().value) % kept.length, 1);
            heap.remove(removed!);
          }

          const taken: Due[] = [];
          for (let first = heap.peek(); first; first = heap.peek()) {
            heap.remove(first);
            taken.push(first);
          }

          const order = (a: Due, b: Due) => a.dueTime - b.dueTime || a.sequence - b.sequence;
          expect(taken).toEqual(kept.sort(order));
          expect(all.every(({ heapIndex }) => heapIndex === -1)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
