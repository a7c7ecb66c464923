import fc from "fast-check";
import { runs } from "@background-tasks/cloud/test/fuzz/runs.ts";
import type { JournalLine } from "../../../operate/redrive/journal.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operatorCloud.ts";
import { operator, stopper, type Trouble } from "../../support/redrive/operators.ts";

/*
 * Whatever ends or holds up a redrive, whoever does the same, and whenever it is done again: no task runs twice,
 * none is lost, and those of which nobody knows are named, a claim's at the most for each that was cut off.
 */

const CLAIM_SIZE = 3;
const BODY = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';
/** Shorter and longer than what a redrive takes for safe, and than names stay taken. */
const LATER = [
  "0s",
  "10s",
  "1200s",
  "2640s",
  "2760s",
  "3540s",
  "3660s",
  "7200s",
  "864000s",
] as const;

interface Phase {
  readonly operators: readonly (Trouble & {
    readonly machine: number;
    /** Takes back what is redriven and not due. */
    readonly isStop: boolean;
  })[];
  /** So many seconds are between tasks that are redriven. */
  readonly every: number;
  /** So many answers are lost. */
  readonly lost: number;
  readonly later: (typeof LATER)[number];
}

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.constant({}),
  fc.record({ crashAt: fc.integer({ min: 3, max: 40 }), isAfter: fc.boolean() }),
  fc.record({ sleepAt: fc.integer({ min: 3, max: 40 }), isAfter: fc.boolean() }),
);

const phase: fc.Arbitrary<Phase> = fc.record({
  operators: fc.array(
    fc
      .tuple(trouble, fc.nat({ max: 1 }), fc.boolean())
      .map(([one, machine, isStop]) => ({ ...one, machine, isStop })),
    { minLength: 1, maxLength: 3 },
  ),
  every: fc.constantFrom(0, 60, 1800),
  lost: fc.nat({ max: 2 }),
  later: fc.constantFrom(...LATER),
});

let stack: OperatorCloud;
let done: string[] = [];
let tried = 0;

beforeAll(async () => {
  stack = await startOperatorCloud(({ headers }) => {
    done.push(headers["Idempotency-Key"] ?? headers["idempotency-key"] ?? "");
    return 200;
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Sets for how long names of tasks stay taken. */
async function keepNames(tombstoneTtl: string): Promise<void> {
  for (const queue of Object.values(stack.operations.queues)) {
    await stack.calls.updateQueue(queue, ["tombstoneTtl"], { tombstoneTtl });
  }
}

/** The keys of the dead letters that there are, by their ids. */
async function left(): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  for await (const tasks of stack.calls.listTasks(stack.operations.queues["dead-letter"]!)) {
    for (const { name, httpRequest } of tasks) {
      const key = httpRequest.headers["Idempotency-Key"];
      if (key !== undefined) keys.set(name.slice(name.lastIndexOf("/") + 1), key);
    }
  }
  return keys;
}

/** Lets dead letters be redriven so, and once more in peace. */
async function tell(count: number, names: string, phases: readonly Phase[]) {
  tried += 1;
  done = [];
  await keepNames(names);
  const keys = Array.from({ length: count }, (_, i) => `${tried}-${i}`);
  for (const [n, key] of keys.entries()) await stack.die(tried * 100 + n, { key, body: BODY });
  await stack.cloud.advance("10s");

  const journals: JournalLine[][] = [[], []];
  const sleepers: (ReturnType<typeof operator> | ReturnType<typeof stopper>)[] = [];
  let cutOff = 0;
  for (const { operators, every, lost, later } of phases) {
    for (const method of ["CreateTask", "DeleteTask"]) {
      if (lost > 0) {
        stack.cloud.faults.add({ on: "call", method, lostResponse: true, times: lost });
      }
    }
    const at = operators.map(({ machine, isStop, ...one }) =>
      isStop
        ? stopper(stack, journals[machine]!, one, { claimSize: CLAIM_SIZE })
        : operator(stack, journals[machine]!, one, {
            claimSize: CLAIM_SIZE,
            rateOf: () => 1 / every,
          }),
    );
    cutOff += operators.filter((one) => "crashAt" in one || "sleepAt" in one).length;
    await Promise.all(at.map(({ halted }) => halted));
    sleepers.push(...at);
    stack.cloud.faults.clear();
    await stack.cloud.advance(later);
    // Half of them sleep through the next phase as well.
    for (const one of sleepers.splice(0, Math.ceil(sleepers.length / 2))) await one.wake();
  }
  for (const one of sleepers) await one.wake();
  // What is paced falls due meanwhile.
  await stack.cloud.advance("14400s");

  const last = await operator(stack, [], {}, { claimSize: CLAIM_SIZE }).wake();
  await stack.cloud.advance("60s");
  const there = await left();
  const uncertain = last?.results.filter(({ result }) => result === "uncertain") ?? [];
  return {
    keys,
    cutOff,
    done: done.toSorted(),
    left: [...there.values()].sort(),
    named: uncertain.map(({ id }) => there.get(id) ?? id).sort(),
  };
}

/** So that the next property has the queues for itself. */
async function clear(): Promise<void> {
  for (const queue of Object.values(stack.operations.queues)) await stack.calls.purgeQueue(queue);
  await stack.cloud.advance("120s");
}

async function holds(count: number, names: string, phases: readonly Phase[]): Promise<void> {
  try {
    const found = await tell(count, names, phases);
    expect(found.done).toEqual([...new Set(found.done)]);
    expect(
      found.done.filter((key) => found.left.includes(key) && !found.named.includes(key)),
    ).toEqual([]);
    expect([...new Set([...found.done, ...found.left])].sort()).toEqual([...found.keys].sort());
    expect(found.named).toEqual(found.left);
    expect(found.named.length).toBeLessThanOrEqual(CLAIM_SIZE * found.cutOff);
  } finally {
    await clear();
  }
}

it("runs none twice and loses none, whoever is cut off or held up, and whenever it is done again", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 7 }),
    fc.constantFrom("3600s", "777600s"),
    fc.array(phase, { minLength: 1, maxLength: 3 }),
    holds,
  );

  await expect(fc.assert(property, runs(30))).resolves.toBeUndefined();
});

/** Where a stop of two tasks is cut off: from its first claim to its end. */
const STOP_STEPS = Array.from({ length: 14 }, (_, i) => i + 4);

it.each(["0s", "7200s"] as const)(
  "runs none twice whose stop is cut off anywhere, when it is done again after %s",
  async (later) => {
    for (const crashAt of STOP_STEPS) {
      const peace = { every: 1800, lost: 0 };
      const phases = holds(3, "3600s", [
        { ...peace, operators: [{ machine: 0, isStop: false }], later: "0s" },
        { ...peace, operators: [{ machine: 0, isStop: true, crashAt }], later },
        { ...peace, operators: [{ machine: 1, isStop: true }], later: "0s" },
      ]);
      await expect(phases).resolves.toBeUndefined();
    }
  },
);

/** Where a redrive of three dead letters is held up: from its first call to its end. */
const STEPS = Array.from({ length: 24 }, (_, i) => i + 1);

it("runs none twice whose redrive is held up anywhere for as long as names are kept, and another does it", async () => {
  for (const sleepAt of STEPS) {
    const sleeper = { machine: 0, isStop: false, sleepAt, isAfter: true };
    const other = { machine: 1, isStop: false };
    const phases = [{ operators: [sleeper, other], every: 0, lost: 0, later: "7200s" as const }];
    await expect(holds(3, "3600s", phases)).resolves.toBeUndefined();
  }
});
