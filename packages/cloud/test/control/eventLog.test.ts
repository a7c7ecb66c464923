import { Events } from "../../api/events.ts";
import { EventLog } from "../../control/eventLog.ts";

const queue = "projects/p/locations/l/queues/q";

function logOf(limits?: { events: number; size: number }) {
  const events = new Events();
  const log = new EventLog(events, () => 1000, limits);
  const tell = (n: number) => {
    for (let i = 0; i < n; i += 1) {
      events.emit("taskDeleted", { queue, task: `${queue}/tasks/${log.last + 1}` });
    }
  };
  const numbers = (after: number, size = Infinity) =>
    log.after(after, size).map(({ number }) => number);
  return { events, log, tell, numbers };
}

describe("The log of events", () => {
  it("numbers them from 1, and tells them with the time in the cloud", () => {
    const { events, log } = logOf();

    events.emit("notEmulated", { what: "alt=media" });

    expect(log.after(0, Infinity)).toEqual([
      {
        number: 1,
        name: "notEmulated",
        json: '{"time":1000,"what":"alt=media"}',
        isCommon: false,
      },
    ]);
    expect([log.first, log.last]).toEqual([1, 1]);
  });

  it("tells those after a number, as many as there is room for, but one at least", () => {
    const { log, tell, numbers } = logOf();
    tell(5);
    const [{ json }] = log.after(0, 1) as unknown as [{ json: string }];

    expect(numbers(2)).toEqual([3, 4, 5]);
    expect(numbers(2, json.length + 1)).toEqual([3, 4]);
    expect(numbers(2, 1)).toEqual([3]);
    expect(numbers(5)).toEqual([]);
  });

  it("forgets the oldest beyond a count", () => {
    const { log, tell, numbers } = logOf({ events: 3, size: 1e6 });

    tell(7);

    expect(numbers(0)).toEqual([5, 6, 7]);
    expect(log.first).toBe(5);
  });

  it("forgets the oldest beyond a size, but not the latest", () => {
    const { events, log, numbers } = logOf({ events: 100, size: 1000 });

    for (const length of [400, 400, 400, 5000]) {
      events.emit("notEmulated", { what: "x".repeat(length) });
    }

    expect(numbers(0)).toEqual([4]);
    events.emit("notEmulated", { what: "y" });
    expect(numbers(0)).toEqual([5]);
    expect(log.first).toBe(5);
  });

  it("calls who listens until that ends", () => {
    const { log, tell } = logOf();
    const heard: number[] = [];
    const end = log.onEvent(() => void heard.push(log.last));

    tell(2);
    end();
    tell(1);

    expect(heard).toEqual([1, 2]);
  });
});
