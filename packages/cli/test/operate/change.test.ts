import { createHash } from "node:crypto";
import * as z from "zod";
import type { TaskContract } from "../../../../tasks/contract/contract.ts";
import { taskIdsOf } from "../../../../tasks/client/byId.ts";
import { cancelTask } from "../../operate/change/cancelCommand.ts";
import { confirm, type Consent } from "../../operate/change/confirm.ts";
import { foreground, type Foreground } from "../../operate/change/foreground.ts";
import { keep, type KeepOptions } from "../../operate/change/keepCommand.ts";
import { operationsLogFilter } from "../../../../infra/alerts/operationsLog.ts";
import type { LogEntry } from "../../operate/calls/messages.ts";
import { pauseQueues } from "../../operate/change/pauseCommand.ts";
import { purgeQueue } from "../../operate/change/purgeCommand.ts";
import { resumeQueues } from "../../operate/change/resumeCommand.ts";
import { claimTask } from "../../operate/redrive/claim.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const DAY_MS = 86_400_000;

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const email = () => stack.operations.queues["email"]!;

async function stateOf(key: string) {
  const { state, rateLimits } = await stack.calls.getQueue(stack.operations.queues[key]!);
  return [state, rateLimits.maxDispatchesPerSecond];
}

async function enqueue(taskId: string): Promise<void> {
  await stack.calls.createTask(email(), {
    name: `${email()}/tasks/${taskId}`,
    scheduleTime: new Date(+START + 60_000).toISOString(),
    httpRequest: {
      url: "https://x.invalid/tasks/send-email",
      httpMethod: "POST",
      headers: {},
      body: "",
    },
  });
}

/** A stack's calls, as if it were protected. */
const guarded = (): OperatorCalls => ({
  ...stack.calls,
  operations: { ...stack.operations, protect: true },
});

describe("a confirmation", () => {
  const deed = { words: "Delete 5 tasks of 'email'", count: 5, ids: ["a", "b", "c", "d", "e"] };
  const told = "Stack 'dev', project 'local-project'. Delete 5 tasks of 'email': a, b, c, … (5).";

  async function confirmed(isProtected: boolean, consent: Consent, answer?: string) {
    const calls = isProtected ? guarded() : stack.calls;
    const operating = operatingAt(START, calls, answer === undefined ? {} : { answer });
    const error = await confirm(operating, deed, consent).catch((thrown: unknown) => thrown);
    expect(operating.noted[0]).toBe(told);
    return error === undefined
      ? "yes"
      : [(error as { exitCode: number }).exitCode, (error as Error).message];
  }

  it.each<[string, boolean, Consent, string | undefined, unknown]>([
    ["by 'y'", false, { yes: false }, "y", "yes"],
    ["by --yes", false, { yes: true }, undefined, "yes"],
    ["by the stack's name, where it is protected", true, { yes: false }, "dev", "yes"],
    [
      "by --yes and its name, where it is protected",
      true,
      { yes: true, stackName: "dev" },
      undefined,
      "yes",
    ],
    ["not by 'n'", false, { yes: false }, "n", [3, "Not confirmed. Nothing was done."]],
    ["not by nothing", false, { yes: false }, "", [3, "Not confirmed. Nothing was done."]],
    [
      "not by 'y', where it is protected",
      true,
      { yes: false },
      "y",
      [3, "Not confirmed. Nothing was done."],
    ],
    [
      "not by --yes alone, where it is protected",
      true,
      { yes: true },
      undefined,
      [
        3,
        "Stack 'dev' is protected: with '--yes' give its name, too: '--stack-name dev'. Nothing was done.",
      ],
    ],
    [
      "not by another stack's name",
      true,
      { yes: true, stackName: "prod" },
      "dev",
      [
        3,
        "Stack 'dev' is protected: with '--yes' give its name, too: '--stack-name dev'. Nothing was done.",
      ],
    ],
    [
      "not without a terminal",
      true,
      { yes: false },
      undefined,
      [3, "There is no terminal to ask at: give '--yes --stack-name dev'. Nothing was done."],
    ],
  ])("is given %s", async (_, isProtected, consent, answer, expected) => {
    expect(await confirmed(isProtected, consent, answer)).toEqual(expected);
  });
});

/** Waiting that takes no time, and that is told to end before its nth. */
function ground(endsBefore = Infinity): Foreground & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    isInterrupted: () => waits.length >= endsBefore,
    async sleep(ms) {
      waits.push(ms);
    },
  };
}

async function entriesOf(filter: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const page of stack.calls.listLogEntries(filter)) entries.push(...page);
  return entries;
}

describe("pause and resume", () => {
  beforeEach(async () => {
    await stack.calls.resumeQueue(email());
    await stack.calls.resumeQueue(stack.operations.queues["default"]!);
  });

  it("pause and resume the queues that are named", async () => {
    const operating = operatingAt(START, stack.calls);

    expect(await pauseQueues(operating, ["email"], { json: false }, ground())).toBe(0);
    expect([await stateOf("email"), await stateOf("default")]).toEqual([
      ["PAUSED", 500],
      ["RUNNING", 500],
    ]);
    expect(await resumeQueues(operating, ["email"], { json: false }, ground())).toBe(0);
    expect(await stateOf("email")).toEqual(["RUNNING", 500]);
    expect(operating.printed).toEqual(["email: paused", "email: resumed"]);
  });

  it("never resume the dead-letter queue, nor any beside it", async () => {
    await pauseQueues(operatingAt(START, stack.calls), ["email"], { json: false }, ground());
    const resumed = resumeQueues(
      operatingAt(START, stack.calls),
      ["email", "dead-letter"],
      { json: false },
      ground(),
    );

    await expect(resumed).rejects.toThrow(
      "'dead-letter' stays paused: resumed, it would send its letters to nobody and lose them.",
    );
    expect((await stateOf("email"))[0]).toBe("PAUSED");
  });

  it("pause all but the dead-letter queue, which never runs", async () => {
    const operating = operatingAt(START, stack.calls);
    await pauseQueues(operating, undefined, { json: true }, ground());
    await resumeQueues(operating, undefined, { json: true }, ground());

    expect(operating.printed.map((line) => Object.values(JSON.parse(line)).join(" "))).toEqual([
      ...["queue email PAUSED", "queue default PAUSED"],
      ...["queue email RUNNING", "queue default RUNNING"],
    ]);
    expect((await stateOf("dead-letter"))[0]).toBe("PAUSED");
  });

  it("write it down, for who watches the queue", async () => {
    const operating = operatingAt(START, stack.calls);
    const filter = operationsLogFilter(stack.operations.stack);
    const before = (await entriesOf(filter)).length;
    await pauseQueues(operating, ["email"], { json: false }, ground());
    await resumeQueues(operating, ["email"], { json: false }, ground());

    expect((await entriesOf(filter)).slice(before).map(({ labels }) => labels)).toEqual([
      { stack: stack.operations.stack, queue: "email", action: "pause" },
      { stack: stack.operations.stack, queue: "email", action: "resume" },
    ]);
  });

  it("tell where it cannot be written down, and have it done", async () => {
    const calls: OperatorCalls = {
      ...stack.calls,
      async writeOperation() {
        throw new Error("No.");
      },
    };
    const operating = operatingAt(START, calls);

    expect(await pauseQueues(operating, ["email"], { json: false }, ground())).toBe(0);
    expect((await stateOf("email"))[0]).toBe("PAUSED");
    expect(operating.noted).toEqual([
      "email: the alerts do not know of it, since it cannot be logged: No.",
    ]);
  });

  it("undo a pause for a time, of what it has paused itself", async () => {
    await stack.calls.pauseQueue(stack.operations.queues["default"]!);
    const operating = operatingAt(START, stack.calls);
    const foregroundOf = ground();

    expect(
      await pauseQueues(operating, undefined, { for: 1_800_000, json: false }, foregroundOf),
    ).toBe(0);
    expect(foregroundOf.waits).toEqual([1_800_000]);
    expect(operating.printed).toEqual([
      "email: paused",
      "default: was paused already",
      "email: resumed",
    ]);
    expect([await stateOf("email"), await stateOf("default")]).toEqual([
      ["RUNNING", 500],
      ["PAUSED", 500],
    ]);
  });

  it("tell what could not be undone, and undo the rest", async () => {
    const calls: OperatorCalls = {
      ...stack.calls,
      async resumeQueue(queue) {
        if (queue === email()) throw new Error("No.");
        await stack.calls.resumeQueue(queue);
      },
    };
    const operating = operatingAt(START, calls);

    expect(await pauseQueues(operating, undefined, { for: 1000, json: false }, ground())).toBe(1);
    expect(operating.noted.at(-1)).toBe("email is NOT as it was: No.");
    expect((await stateOf("default"))[0]).toBe("RUNNING");
  });

  it("let the rate grow in five steps to what it is set to", async () => {
    await stack.calls.pauseQueue(email());
    const operating = operatingAt(START, stack.calls);
    const foregroundOf = ground();

    expect(
      await resumeQueues(operating, ["email"], { ramp: 600_000, json: false }, foregroundOf),
    ).toBe(0);
    expect(operating.printed).toEqual(
      [100, 200, 300, 400, 500].map((rate) => `email: ${rate} of 500 per s`),
    );
    expect(foregroundOf.waits).toEqual([150_000, 150_000, 150_000, 150_000]);
    expect(await stateOf("email")).toEqual(["RUNNING", 500]);
  });

  it("pause again, with the rate as it was, where growing is interrupted", async () => {
    await stack.calls.pauseQueue(email());
    const operating = operatingAt(START, stack.calls);

    expect(
      await resumeQueues(operating, ["email"], { ramp: 600_000, json: false }, ground(2)),
    ).toBe(1);
    expect(operating.printed).toEqual([
      "email: 100 of 500 per s",
      "email: 200 of 500 per s",
      "email: paused again",
    ]);
    expect(await stateOf("email")).toEqual(["PAUSED", 500]);
  });
});

describe("what stays in the foreground", () => {
  it("waits no longer once it is told to end, and leaves signals alone afterwards", async () => {
    const before = process.listenerCount("SIGHUP");
    await foreground(async ({ sleep, isInterrupted }) => {
      const sleeping = sleep(3_600_000);
      process.emit("SIGHUP");
      await sleeping;
      expect(isInterrupted()).toBe(true);
    });

    expect(process.listenerCount("SIGHUP")).toBe(before);
  });
});

describe("purge", () => {
  const yes = { yes: true, json: false };

  it("deletes what a queue holds, once that is confirmed", async () => {
    await enqueue("a");
    await enqueue("b");
    const operating = operatingAt(START, stack.calls);

    expect(await purgeQueue(operating, "email", yes)).toBe(0);
    expect(operating.noted).toEqual([
      expect.stringMatching(
        /^Stack 'dev', project 'local-project'\. Delete 2 tasks of 'email': [ab], [ab]\.$/,
      ),
    ]);
    expect(operating.printed).toEqual(["email is purged of 2 tasks. That takes up to a minute."]);
    await stack.cloud.advance("60s");
    expect((await stack.calls.getQueue(email())).stats?.tasksCount).toBe(0);
  });

  it("deletes nothing that was not confirmed", async () => {
    await enqueue("a");

    await expect(purgeQueue(operatingAt(START, guarded()), "email", yes)).rejects.toMatchObject({
      exitCode: 3,
    });
    expect(stack.made.some((call) => call.includes(":purge"))).toBe(false);
  });

  describe("beside a claim", () => {
    beforeEach(async () => {
      await enqueue("a");
      const queue = stack.operations.queues["dead-letter"]!;
      const claimed = [{ letter: "0".repeat(64), task: `${email()}/tasks/b` }];
      const name = `${queue}/tasks/claim-1`;
      const claim = { name, kind: "redrive", by: "bob", claimed } as const;
      await stack.calls.createTask(queue, claimTask(claim, +START));
    });

    it("is refused, and says which, since when, and what settles it", async () => {
      for (const key of ["email", "dead-letter"]) {
        const operating = operatingAt(START, stack.calls, { flags: " --stack dev" });
        await expect(purgeQueue(operating, key, yes)).rejects.toMatchObject({
          exitCode: 1,
          message: [
            "What somebody is moving would be lost:",
            "  claim-1: a redrive of 1 dead letter by bob, now",
            "One younger than 15 min may be under way: wait for it. Else it was broken off, and these settle it:",
            "  npm run tasks -- redrive --all --stack dev                what was not done yet",
            "  npm run tasks -- discard --all --uncertain --stack dev    what nobody knows of; or 'redrive --all --uncertain'",
            "Nothing was deleted.",
          ].join("\n"),
        });
      }
      expect(stack.made.some((call) => call.includes(":purge"))).toBe(false);
    });

    it("is not refused once nothing of that can be under way and no dead letter of it is left", async () => {
      await stack.cloud.advance("900s");

      const operating = operatingAt(stack.cloud.now(), stack.calls, { answer: "y" });
      expect(await purgeQueue(operating, "email", { ...yes, yes: true })).toBe(0);
    });
  });

  it("ends with 4 where there is nothing", async () => {
    const operating = operatingAt(START, stack.calls);

    expect(await purgeQueue(operating, "email", yes)).toBe(4);
    expect(operating.printed).toEqual(["email holds no tasks."]);
  });
});

describe("cancel", () => {
  const contract = {
    tasks: { "send-email": { queue: "email", payload: z.object({}) } } satisfies Record<
      string,
      TaskContract
    >,
  };
  const options = { id: "welcome/42", yes: true, json: false };
  const taskId = createHash("sha256").update("welcome/42").digest("hex");

  it("deletes the task of that id, once", async () => {
    await enqueue(taskId);
    const operating = operatingAt(START, stack.calls);

    expect(await cancelTask(operating, contract, "send-email", options)).toBe(0);
    expect(await cancelTask(operating, contract, "send-email", options)).toBe(4);
    expect(operating.noted).toEqual([
      `Stack 'dev', project 'local-project'. Delete task 'send-email' of id 'welcome/42' on 'email', due in 1 min: ${taskId}.`,
    ]);
    expect(operating.printed).toEqual([
      "Task 'send-email' of id 'welcome/42' is cancelled.",
      "There is no task 'send-email' of id 'welcome/42' any more: it is done, or was never there.",
    ]);
  });

  it("does not say so where somebody else was faster", async () => {
    await enqueue(taskId);
    const calls: OperatorCalls = { ...stack.calls, deleteTask: async () => "missing" };
    const operating = operatingAt(START, calls);

    expect(await cancelTask(operating, contract, "send-email", { ...options, json: true })).toBe(4);
    expect(JSON.parse(operating.printed[0]!)).toMatchObject({ kind: "cancel", result: "gone" });
  });

  it("finds a task that was rescheduled", async () => {
    const [, second] = taskIdsOf("welcome/42", { reschedulable: true });
    await enqueue(second!);
    const operating = operatingAt(START, stack.calls);
    const tasks = { "send-email": { ...contract.tasks["send-email"], reschedulable: true } };

    expect(await cancelTask(operating, { tasks }, "send-email", { ...options, json: true })).toBe(
      0,
    );
    expect(JSON.parse(operating.printed[0]!)).toEqual({
      kind: "cancel",
      task: "send-email",
      id: "welcome/42",
      result: "cancelled",
      name: `${stack.operations.queues["email"]}/tasks/${second}`,
    });
  });

  it("says so where nobody heard whether it deleted the task", async () => {
    await enqueue(taskId);
    const calls: OperatorCalls = { ...stack.calls, deleteTask: async () => "uncertain" };
    const operating = operatingAt(START, calls);

    expect(await cancelTask(operating, contract, "send-email", options)).toBe(1);
    expect(operating.printed).toEqual([
      "There is no task 'send-email' of id 'welcome/42' any more. Whether this deleted it is not known: an answer was lost.",
    ]);
  });

  it("knows the tasks that there are", async () => {
    await expect(
      cancelTask(operatingAt(START, stack.calls), contract, "send-mail", options),
    ).rejects.toThrow(
      "Unknown task 'send-mail'. Did you mean 'send-email'? Known tasks: 'send-email'.",
    );
  });
});

describe("keep", () => {
  async function kept(options: Partial<KeepOptions>, calls = stack.calls) {
    const operating = operatingAt(START, calls);
    const code = await keep(operating, { yes: false, json: false, ...options });
    return { code, printed: operating.printed, noted: operating.noted };
  }

  it("prints what is in force", async () => {
    expect((await kept({})).printed).toEqual(
      ["email", "default", "dead-letter"].map(
        (key) => `${key}: tasks are kept for 31 d, their names stay taken for 1 h`,
      ),
    );
  });

  it("keeps dead letters longer, and names on all queues", async () => {
    const { code, printed } = await kept({ for: 365 * DAY_MS, names: 9 * DAY_MS });

    expect(code).toBe(0);
    expect(printed).toEqual([
      "email: tasks are kept for 31 d, their names stay taken for 9 d",
      "default: tasks are kept for 31 d, their names stay taken for 9 d",
      "dead-letter: tasks are kept for 365 d, their names stay taken for 9 d",
    ]);
  });

  it("prints what Google answers, never what was asked for", async () => {
    const calls: OperatorCalls = {
      ...stack.calls,
      getQueue: async (queue) => ({ ...(await stack.calls.getQueue(queue)), taskTtl: "2678400s" }),
    };
    const { code, printed, noted } = await kept({ for: 365 * DAY_MS }, calls);

    expect(code).toBe(1);
    expect(printed.at(-1)).toContain("dead-letter: tasks are kept for 31 d");
    expect(noted).toEqual(["That is not what was asked for: Google has not taken it."]);
  });

  it("asks before dead letters are kept for less long than now", async () => {
    await expect(kept({ for: 10 * DAY_MS })).rejects.toMatchObject({ exitCode: 3 });
    expect(stack.made.some((call) => call.startsWith("PATCH"))).toBe(false);
  });
});
