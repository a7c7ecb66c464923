import { consoleCalls } from "../../console/server/calls.ts";
import type { ConsoleContext } from "../../console/server/context.ts";
import { HeldPauses } from "../../console/server/heldPauses.ts";
import type { interruptible } from "../../operate/change/foreground.ts";
import { consoleContext, type TestContext } from "../support/consoleContext.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const NOON = Date.parse("2026-11-25T12:00:00Z");

let cloud: OperatorCloud;
/** Waits that have begun: what ends each. */
let waits: { readonly ms: number; readonly end: () => void }[];
let isInterrupted: boolean;

beforeEach(async () => {
  cloud = await startOperatorCloud();
  await cloud.calls.resumeQueue(email());
  waits = [];
  isInterrupted = false;
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
});

const email = () => cloud.operations.queues["email"]!;
const stateOf = async () => (await cloud.calls.getQueue(email())).state;

/** A foreground whose time passes when the test says so. */
const ground: typeof interruptible = () => {
  const over = Promise.withResolvers<undefined>();
  return {
    isInterrupted: () => isInterrupted,
    interrupt() {
      isInterrupted = true;
      over.resolve(undefined);
    },
    async sleep(ms) {
      waits.push({
        ms,
        end() {
          over.resolve(undefined);
        },
      });
      await over.promise;
    },
  };
};

function open(more: Partial<ConsoleContext> = {}) {
  const pauses = new HeldPauses(ground, () => NOON);
  const context: TestContext = consoleContext(cloud, { pauses, ...more });
  return { context, pauses, calls: consoleCalls(context) };
}

/** Resolves once nothing is held any more. */
async function ended(pauses: HeldPauses): Promise<void> {
  while (pauses.all.length > 0) await new Promise((resolve) => setImmediate(resolve));
}

describe("A pause for a time in the console", () => {
  it("is held by its server, told with the queues, and undone when its time is over", async () => {
    const { calls, context, pauses } = open();

    expect(await calls.pause.run({ queue: "email", minutes: 30 })).toEqual({
      exitCode: 0,
      lines: [{ kind: "queue", key: "email", state: "PAUSED" }],
      notes: ["Resumes in 30 min, or at once when this is interrupted."],
    });
    expect(await stateOf()).toBe("PAUSED");
    expect((await calls.queues.run({})).pauses).toEqual({
      held: [{ queue: "email", until: NOON + 1_800_000 }],
      problems: [],
    });
    expect(waits.map(({ ms }) => ms)).toEqual([1_800_000]);

    waits[0]!.end();
    await ended(pauses);
    expect(await stateOf()).toBe("RUNNING");
    expect(context.deeds).toEqual([
      { call: "pause", to: { queue: "email", minutes: 30 } },
      { call: "pause ended", to: { queue: "email", minutes: 30 }, exitCode: 0 },
    ]);
    expect(context.said).toEqual([]);
  });

  it("is undone when the console ends, which holds no other then", async () => {
    const { calls, pauses } = open();
    await calls.pause.run({ queue: "email", minutes: 30 });

    expect(await pauses.close()).toBe(true);
    expect(await stateOf()).toBe("RUNNING");
    await expect(async () => calls.pause.run({ queue: "email", minutes: 30 })).rejects.toThrow(
      "This console is ending: it holds no pause any more.",
    );
    expect(await stateOf()).toBe("RUNNING");
  });

  it("ends when the queue is resumed in the console", async () => {
    const { calls, pauses } = open();
    await calls.pause.run({ queue: "email", minutes: 30 });

    expect((await calls.resume.run({ queue: "email" })).exitCode).toBe(0);
    expect([await stateOf(), pauses.all]).toEqual(["RUNNING", []]);
  });

  it.each([
    ["for a time", 5],
    ["without a time", undefined],
  ])("is not replaced by another %s", async (_, minutes) => {
    const { calls, pauses } = open();
    await calls.pause.run({ queue: "email", minutes: 30 });

    await expect(async () =>
      calls.pause.run({ queue: "email", ...(minutes !== undefined && { minutes }) }),
    ).rejects.toThrow(
      "This console has paused 'email', and resumes it at 12:30:00 (UTC). Resume it first.",
    );
    expect(pauses.all).toEqual([{ queue: "email", until: NOON + 1_800_000 }]);
  });

  it("is one of two that are asked for at once", async () => {
    const { calls, pauses } = open();

    const both = await Promise.allSettled([
      calls.pause.run({ queue: "email", minutes: 30 }),
      calls.pause.run({ queue: "email", minutes: 5 }),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(pauses.all).toHaveLength(1);
  });

  it("begins anew where somebody has resumed the queue elsewhere", async () => {
    const { calls, pauses } = open();
    await calls.pause.run({ queue: "email", minutes: 30 });
    await cloud.calls.resumeQueue(email());

    await calls.pause.run({ queue: "email", minutes: 5 });

    expect(await stateOf()).toBe("PAUSED");
    expect(pauses.all).toEqual([{ queue: "email", until: NOON + 300_000 }]);
  });

  it("is refused for a queue that is paused, which stays so", async () => {
    await cloud.calls.pauseQueue(email());
    const { calls, context, pauses } = open();

    await expect(async () => calls.pause.run({ queue: "email", minutes: 30 })).rejects.toThrow(
      "'email' is paused already: a pause that somebody else began is not given an end. Resume it first.",
    );
    expect([await stateOf(), pauses.all]).toEqual(["PAUSED", []]);
    expect(context.deeds).toEqual([{ call: "pause", to: { queue: "email", minutes: 30 } }]);
  });

  it("lasts from a minute to a day", () => {
    const { args } = open().calls.pause;

    for (const minutes of [0, 1441, 1.5]) {
      expect(args.safeParse({ queue: "email", minutes }).error?.issues[0]?.message).toBe(
        "a pause for a time lasts from 1 minute to 1440, which is a day",
      );
    }
    expect(args.safeParse({ queue: "email", minutes: 1440 }).success).toBe(true);
  });

  it("is told of where it cannot be undone, until somebody does something about it", async () => {
    let isBroken = true;
    const resumeQueue: typeof cloud.calls.resumeQueue = async (queue) => {
      if (isBroken) throw new Error("No.");
      await cloud.calls.resumeQueue(queue);
    };
    const { calls, context, pauses } = open({
      connect: async () => ({ ...cloud.calls, resumeQueue }),
    });
    await calls.pause.run({ queue: "email", minutes: 30 });

    expect(await pauses.close()).toBe(false);
    expect(context.said).toEqual(["email is NOT as it was: No."]);
    expect((await calls.queues.run({})).pauses).toEqual({
      held: [],
      problems: ["email is NOT as it was: No."],
    });
    isBroken = false;
    await calls.resume.run({ queue: "email" });
    expect((await calls.queues.run({})).pauses.problems).toEqual([]);
    expect(await stateOf()).toBe("RUNNING");
  });
});
