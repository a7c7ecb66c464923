import { randomBytes } from "node:crypto";
import { makeOperatorCalls } from "../../../operate/calls/operatorCalls.ts";
import { toldBy, type Journal, type JournalLine } from "../../../operate/redrive/journal.ts";
import type { Rules } from "../../../operate/redrive/judge.ts";
import { redrive, type Redriven, type RedriveOptions } from "../../../operate/redrive/redrive.ts";
import type { Surroundings } from "../../../operate/redrive/claims.ts";
import { stopOf, tasksOfRun } from "../../../operate/redrive/stop.ts";
import { buryTasks, type BuriedAll } from "../../../operate/bury/bury.ts";
import { findLetters, readClaims } from "../../../operate/redrive/survey.ts";
import { callGoogle } from "../../../stack/googleApi.ts";
import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";
import type { OperatorCloud } from "../operatorCloud.ts";

/** Where an operator's machine stops, counted in its steps: calls of Google's API, and writes of its journal. */
export interface Trouble {
  /** It is gone for good at this step. */
  readonly crashAt?: number;
  /** It sleeps at this step until it is woken. */
  readonly sleepAt?: number;
  /** Trouble comes when the step is done, and before its answer is heard. */
  readonly isAfter?: boolean;
}

/** Somebody who does something, on a machine with its journals. */
export interface OperatorRun<Done> {
  /** Settles when the run has ended, or its machine is gone or asleep. */
  readonly halted: Promise<unknown>;
  /** Wakes the machine. Resolves with what it has done; `undefined` where it is gone for good. */
  wake(): Promise<Done | undefined>;
  readonly steps: () => number;
}

/** The run of all that are redriven here. */
const RUN = "run";

/** Redrives all dead letters of a stack, as the fixture's contract knows them. */
export function operator(
  stack: OperatorCloud,
  journal: JournalLine[],
  trouble: Trouble = {},
  options: Partial<RedriveOptions> & { readonly rules?: Partial<Rules> } = {},
): OperatorRun<Redriven> {
  const { operations } = stack;
  return machine(stack, journal, trouble, async (on) => {
    const { letters, ...survey } = await findLetters(on.calls, {}, on.time);
    return redrive(on, {
      ...{ run: RUN, by: "ada", letters, survey },
      ...options,
      rules: { contract, operations, ...options.rules },
    });
  });
}

/** Takes back all that was redriven and is not due yet. */
export function stopper(
  stack: OperatorCloud,
  journal: JournalLine[],
  trouble: Trouble = {},
  { claimSize }: { readonly claimSize?: number } = {},
): OperatorRun<BuriedAll> {
  return machine(stack, journal, trouble, async (on) => {
    const survey = await readClaims(on.calls, on.time.now);
    const { tasks } = await tasksOfRun(on.calls, RUN, on.time.now());
    const size = claimSize !== undefined && { claimSize };
    return buryTasks(on, { by: "ada", tasks, survey, ...stopOf, ...size });
  });
}

/** Does something on a machine of its own. */
function machine<Done>(
  { cloud, port, operations }: OperatorCloud,
  journal: JournalLine[],
  trouble: Trouble,
  act: (on: Surroundings) => Promise<Done>,
): OperatorRun<Done> {
  let steps = 0;
  let isGone = false;
  const woken = Promise.withResolvers<undefined>();
  const halted = Promise.withResolvers<undefined>();
  const never = new Promise<never>(() => undefined);

  async function step<T>(act: () => T | Promise<T>): Promise<T> {
    if (isGone) return never;
    steps += 1;
    const isHere = steps === trouble.crashAt || steps === trouble.sleepAt;
    if (isHere && trouble.isAfter !== true) await halt();
    const answer = await act();
    if (isHere && trouble.isAfter === true) await halt();
    return hasGone() ? never : answer;
  }

  // A step changes it meanwhile.
  function hasGone(): boolean {
    return isGone;
  }

  async function halt(): Promise<void> {
    const isCrash = steps === trouble.crashAt;
    isGone ||= isCrash;
    halted.resolve(undefined);
    await (isCrash ? never : woken.promise);
  }

  const time = { now: () => +cloud.now(), sleep: async () => undefined };
  const target = { port, local: false };
  const own = makeOperatorCalls(operations, {
    call: (...what) => (isGone ? never : callGoogle(target, ...what)),
    ...time,
  });
  const calls: Surroundings["calls"] = {
    operations,
    getQueue: (...what) => step(() => own.getQueue(...what)),
    getTask: (...what) => step(() => own.getTask(...what)),
    createTask: (...what) => step(() => own.createTask(...what)),
    deleteTask: (...what) => step(() => own.deleteTask(...what)),
    async *listTasks(...what) {
      await step(() => undefined);
      yield* own.listTasks(...what);
    },
  };
  const memory: Journal = {
    write: (lines) => step(() => void journal.push(...lines)),
    told: async (claim, letter) => toldBy(journal, claim, letter),
  };
  const randomHex = (bytes: number) => randomBytes(bytes).toString("hex");

  const run = act({ calls, time, journal: memory, randomHex });
  return {
    halted: Promise.race([run, halted.promise]),
    async wake() {
      woken.resolve(undefined);
      return isGone ? undefined : Promise.race([run, crashed()]);
    },
    steps: () => steps,
  };

  async function crashed(): Promise<undefined> {
    await halted.promise;
    return isGone ? undefined : never;
  }
}
