import fc from "fast-check";
import { runs } from "@background-tasks/cloud/test/fuzz/runs.ts";
import type { JournalLine } from "../../../operate/redrive/journal.ts";
import { CLAIM_HEADER } from "../../../operate/redrive/claim.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operatorCloud.ts";
import { operator, type Trouble } from "../../support/redrive/operators.ts";

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
  readonly operators: readonly (Trouble & { readonly machine: number })[];
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
    fc.tuple(trouble, fc.nat({ max: 1 })).map(([one, machine]) => ({ ...one, machine })),
    { minLength: 1, maxLength: 3 },
  ),
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

/** The keys of the dead letters that there are, and the claims. */
async function left(): Promise<{ readonly keys: string[]; readonly claims: number }> {
  const keys: string[] = [];
  let claims = 0;
  for await (const tasks of stack.calls.listTasks(stack.operations.queues["dead-letter"]!)) {
    for (const { httpRequest } of tasks) {
      const key = httpRequest.headers["Idempotency-Key"];
      if (key !== undefined) keys.push(key);
      if (CLAIM_HEADER in httpRequest.headers) claims += 1;
    }
  }
  return { keys: keys.sort(), claims };
}

/** Lets dead letters be redriven so, and once more in peace. */
async function tell(count: number, names: string, phases: readonly Phase[]) {
  tried += 1;
  done = [];
  await keepNames(names);
  const keys = Array.from({ length: count }, (_, i) => `${tried}-${i}`);
  const ids = new Map<string, string>();
  for (const key of keys)
    ids.set(await stack.die(tried * 100 + ids.size, { key, body: BODY }), key);
  await stack.cloud.advance("10s");

  const journals: JournalLine[][] = [[], []];
  const sleepers: ReturnType<typeof operator>[] = [];
  let cutOff = 0;
  for (const { operators, lost, later } of phases) {
    for (const method of ["CreateTask", "DeleteTask"]) {
      if (lost > 0) {
        stack.cloud.faults.add({ on: "call", method, lostResponse: true, times: lost });
      }
    }
    const at = operators.map(({ machine, ...one }) =>
      operator(stack, journals[machine]!, one, { claimSize: CLAIM_SIZE }),
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
  await stack.cloud.advance("3600s");

  const last = await operator(stack, [], {}, { claimSize: CLAIM_SIZE }).wake();
  await stack.cloud.advance("60s");
  const uncertain = last?.results.filter(({ result }) => result === "uncertain") ?? [];
  return {
    keys,
    cutOff,
    done: done.toSorted(),
    left: await left(),
    named: uncertain.map(({ id }) => ids.get(id) ?? id).sort(),
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
      found.done.filter((key) => found.left.keys.includes(key) && !found.named.includes(key)),
    ).toEqual([]);
    expect([...new Set([...found.done, ...found.left.keys])].sort()).toEqual(
      [...found.keys].sort(),
    );
    expect(found.named).toEqual(found.left.keys);
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
