import { againId, VirtualStack } from "../support/chaos/virtualStack.ts";

/* The worker's rules and the queue's together, over days of the virtual clock, with prod's settings. */

const TASKS = 40;
const TEN_DAYS = "864000s";
const UNREACHABLE = { on: "delivery", status: 503 };

let stack: VirtualStack;

beforeEach(async () => {
  stack = await VirtualStack.start();
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Enqueues tasks that nobody answers for ten days. Returns their ids in order. */
async function tenDaysWithoutWorker(): Promise<string[]> {
  stack.cloud.faults.add(UNREACHABLE);
  const ids = await stack.enqueue(TASKS);
  await stack.cloud.advance(TEN_DAYS);
  expect(await stack.waiting()).toBe(TASKS);
  stack.cloud.faults.clear();
  return ids.sort();
}

/** Puts back what is parked, and sees it done. */
async function redriveAll(): Promise<void> {
  const again = await stack.redrive();
  expect(again).toHaveLength(TASKS);
  await stack.cloud.idle();
  expect([...stack.runs].sort()).toEqual(again.sort());
  expect(await stack.waiting()).toBe(0);
  expect(await stack.parked()).toEqual({ ids: [], reasons: [] });
}

describe("a worker that is out of reach for ten days", () => {
  it("parks every task when it is back, runs none, and all can be put back", async () => {
    const ids = await tenDaysWithoutWorker();

    await stack.cloud.idle();

    expect(await stack.parked()).toEqual({ ids, reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);
    expect(stack.runs).toEqual([]);
    await redriveAll();
  });

  it("parks them as well where it comes back as a revision that lacks one of the queues", async () => {
    const ids = await tenDaysWithoutWorker();
    stack.deploy({ email: stack.table["email"]! });

    await stack.cloud.idle();

    expect(await stack.parked()).toEqual({ ids, reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);
    stack.deploy(stack.table);
    await redriveAll();
  });

  it("keeps trying to park them while the dead-letter queue is out of reach, for an hour", async () => {
    const ids = await tenDaysWithoutWorker();
    stack.cloud.faults.add({ on: "call", method: "CreateTask", code: "UNAVAILABLE" });

    await stack.cloud.advance("3600s");

    expect(new Set(stack.outcomes)).toEqual(new Set(["not-kept"]));
    expect(stack.outcomes.length).toBeGreaterThanOrEqual(TASKS);
    expect(await stack.waiting()).toBe(TASKS);
    stack.cloud.faults.clear();
    await stack.cloud.idle();
    expect(await stack.parked()).toEqual({ ids, reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);
    await redriveAll();
  });

  it("parks each once where the answers to its write and to its delivery are lost", async () => {
    const ids = await tenDaysWithoutWorker();
    const lost = { lostResponse: true, times: 1 };
    stack.cloud.faults.add({ ...lost, on: "call", method: "CreateTask", times: TASKS });
    for (const task of ids) stack.cloud.faults.add({ ...lost, on: "delivery", task });

    await stack.cloud.idle();

    expect(stack.cloud.faults.list()).toEqual([]);
    expect(stack.outcomes).toEqual(Array(2 * TASKS).fill("dead-letter"));
    expect(await stack.parked()).toEqual({ ids, reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);

    for (const task of ids.map(againId)) stack.cloud.faults.add({ ...lost, on: "delivery", task });
    const again = await stack.redrive();
    await stack.cloud.idle();
    expect([...stack.runs].sort()).toEqual([...again, ...again].sort());
    expect(await stack.waiting()).toBe(0);
    expect(await stack.parked()).toEqual({ ids: [], reasons: [] });
  });
});

describe("a task whose success nobody hears", () => {
  it("runs as often as it may be delivered, and is parked, once an answer is heard", async () => {
    const { maxDeliveries } = stack.table["email"]!;
    stack.cloud.faults.add({ on: "delivery", lostResponse: true });
    const [id = ""] = await stack.enqueue(1);

    await stack.cloud.advance(TEN_DAYS);

    expect(maxDeliveries).toBe(152);
    expect(new Set(stack.runs)).toEqual(new Set([id]));
    expect(stack.runs).toHaveLength(152);
    expect(await stack.parked()).toEqual({ ids: [id], reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(1);
    stack.cloud.faults.clear();
    await stack.cloud.idle();
    expect(stack.runs).toHaveLength(152);
    expect(await stack.parked()).toEqual({ ids: [id], reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);
  });

  it("runs as often where the answers come too late", async () => {
    stack.isLate = true;
    const [id = ""] = await stack.enqueue(1);

    await stack.cloud.advance(TEN_DAYS);

    expect(new Set(stack.runs)).toEqual(new Set([id]));
    expect(stack.runs).toHaveLength(152);
    expect(stack.outcomes.filter((outcome) => outcome === "unheard")).toHaveLength(152);
    stack.isLate = false;
    await stack.cloud.idle();
    expect(stack.runs).toHaveLength(152);
    expect(await stack.parked()).toEqual({ ids: [id], reasons: ["deliveries-exhausted"] });
    expect(await stack.waiting()).toBe(0);
  });
});
