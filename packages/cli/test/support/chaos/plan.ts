import { createHash } from "node:crypto";
import fc from "fast-check";
import type { CallFault, DeliveryFault } from "@background-tasks/cloud/faults/fault.ts";
import { tasks } from "../../../../../test/fixtures/chaos/tasks/tasks.ts";

/** A task of the chaos, and the trouble that its deliveries are in for. */
export interface PlannedTask {
  readonly n: number;
  readonly task: keyof typeof tasks;
  /** One of behaviours.ts. */
  readonly behaviour: string;
  readonly times: number;
  readonly ms: number;
  readonly fault: DeliveryTrouble | undefined;
}

export type DeliveryTrouble = Omit<DeliveryFault, "on" | "queue" | "task" | "job"> & {
  readonly times: number;
};

/** What happens to the cloud itself once so many tasks are acknowledged. */
export interface Blow {
  readonly after: number;
  readonly what: "kill" | (CallFault & { readonly times: number });
}

export interface Plan {
  readonly tasks: readonly PlannedTask[];
  /** In their order. */
  readonly blows: readonly Blow[];
  /** What a seed may pass over, and so is made to happen, one after the other, when all that is over. */
  readonly rare: readonly RareTask[];
}

export interface RareTask extends PlannedTask {
  /** How often its dead letter is refused. */
  readonly refusals: number;
}

const ALWAYS = 1000;

type Behaviour = Pick<PlannedTask, "behaviour" | "times" | "ms">;

/** `weight` of all tasks behave so at one of the numbers of deliveries, for between `ms` milliseconds. */
function share(
  weight: number,
  behaviour: string,
  times: readonly number[],
  [min, max]: readonly [number, number],
): fc.WeightedArbitrary<Behaviour> {
  const arbitrary = fc.record({
    behaviour: fc.constant(behaviour),
    times: fc.constantFrom(...times),
    ms: fc.integer({ min, max }),
  });
  return { weight, arbitrary };
}

// Whatever ends or holds up a whole process is rarer: it befalls all that the process is at.
const behaviours = fc.oneof(
  share(40, "succeeds", [ALWAYS], [0, 300]),
  share(16, "fails", [1, 2, ALWAYS], [0, 100]),
  // Where the answer of the first is lost, the second takes back a dead letter.
  share(14, "fails for good", [1, 1, ALWAYS], [0, 100]),
  share(6, "never returns", [1, 2, ALWAYS], [0, 0]),
  // The second after the signal is the handler's grace.
  share(6, "returns late", [1, ALWAYS], [0, 2000]),
  share(3, "blocks the event loop", [1, 2], [500, 5000]),
  share(5, "exits", [1, 1, 2, ALWAYS], [0, 200]),
  share(5, "is killed", [1, 2], [0, 200]),
  share(5, "is told to stop", [1, 2], [0, 500]),
  share(1, "runs out of memory", [1], [0, 0]),
);

const times = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const deliveryTrouble: fc.Arbitrary<DeliveryTrouble | undefined> = fc.oneof(
  { weight: 70, arbitrary: fc.constant(undefined) },
  {
    weight: 14,
    arbitrary: fc.record({ lostResponse: fc.constant(true as const), times: times(3) }),
  },
  { weight: 9, arbitrary: fc.record({ duplicate: fc.constant(true as const), times: times(2) }) },
  { weight: 6, arbitrary: fc.record({ status: fc.constantFrom(503, 429), times: times(3) }) },
  { weight: 3, arbitrary: fc.record({ delay: fc.constant("0.500s"), times: times(1) }) },
);

const callTrouble: fc.Arbitrary<CallFault & { readonly times: number }> = fc
  .record({
    on: fc.constant("call" as const),
    // A dead letter is written by the one and taken back by the other.
    method: fc.constantFrom("CreateTask", "CreateTask", "CreateTask", "DeleteTask"),
    trouble: fc.oneof(
      fc.record({
        code: fc.constantFrom(
          "UNAVAILABLE" as const,
          "INTERNAL" as const,
          "RESOURCE_EXHAUSTED" as const,
          "PERMISSION_DENIED" as const,
        ),
        times: times(4),
      }),
      fc.record({ lostResponse: fc.constant(true as const), times: times(3) }),
      // The worker waits five seconds for a dead letter to be written.
      fc.record({ delay: fc.constantFrom("0.500s", "2s", "6s"), times: times(2) }),
    ),
  })
  .map(({ trouble, ...call }) => ({ ...call, ...trouble }));

/** So many tasks are acknowledged between two calls' troubles. */
const TASKS_A_TROUBLE = 6;
/** So many are left for when all tasks are acknowledged. */
const LAST_TROUBLES = 6;

/** The rare cases, as tasks that begin at a number. */
function rareTasks(first: number): RareTask[] {
  const cases: readonly Omit<RareTask, "n">[] = [
    // Its dead letter is written, and has to be taken back by the second delivery.
    {
      ...{ task: "on-north", behaviour: "fails for good", times: 1, ms: 0, refusals: 0 },
      fault: { lostResponse: true, times: 1 },
    },
    // The worker that stops gives up waiting for it, and answers that it is no attempt.
    {
      ...{ task: "on-slow", behaviour: "is told to stop", times: 1, ms: 20_000, refusals: 0 },
      fault: undefined,
    },
    {
      ...{ task: "on-east", behaviour: "fails for good", times: ALWAYS, ms: 0, refusals: 2 },
      fault: undefined,
    },
  ];
  return cases.map((one, at) => ({ n: first + at, ...one }));
}

/** How many tasks a run has beside those that it is asked for. */
export const RARE_TASKS = rareTasks(0).length;

/** Plans a run of so many tasks, the same for the same seed, in which the cloud is killed so many times. */
export function makePlan({ seed, tasks: count, kills }: ChaosOptions): Plan {
  const names = (Object.keys(tasks) as PlannedTask["task"][]).filter((name) => name !== "on-slow");
  const one = fc.record({
    task: fc.constantFrom(...names),
    behaves: behaviours,
    fault: deliveryTrouble,
  });
  const planned = fc
    .sample(one, { seed, numRuns: count })
    .map(({ task, behaves, fault }, n) => ({ n, task, fault, ...behaves }));
  const troubles = fc.sample(callTrouble, {
    seed,
    numRuns: Math.floor(count / TASKS_A_TROUBLE) + LAST_TROUBLES,
  });
  const blows: Blow[] = [
    ...troubles.map((what, n) => ({ after: Math.min(n * TASKS_A_TROUBLE, count), what })),
    // The last time when all is enqueued.
    ...Array.from({ length: kills }, (_, n) => ({
      after: Math.ceil((count * (n + 1)) / kills),
      what: "kill" as const,
    })),
  ];
  return { tasks: planned, blows: blows.sort((a, b) => a.after - b.after), rare: rareTasks(count) };
}

export interface ChaosOptions {
  readonly seed: number;
  readonly tasks: number;
  /** How often the cloud is killed, and started again over what it has kept. */
  readonly kills: number;
}

/** What makes a task one, however often it is enqueued. */
export function idOf(n: number): string {
  return `chaos-${n}`;
}

/** As the client names a task by its id. */
export function taskId(n: number): string {
  return createHash("sha256").update(idOf(n)).digest("hex");
}
