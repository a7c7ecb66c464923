import { operationsLogFilter } from "../../../../infra/alerts/operationsLog.ts";
import { auditTo } from "../../operate/audit.ts";
import { pauseQueues } from "../../operate/change/pauseCommand.ts";
import type { Foreground } from "../../operate/change/foreground.ts";
import { purgeQueue } from "../../operate/change/purgeCommand.ts";
import { discardLetters } from "../../operate/deadLetters/discardCommand.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

async function entriesOf(filter: string) {
  const entries = [];
  for await (const page of stack.calls.listLogEntries(filter)) entries.push(...page);
  return entries;
}

const ground: Foreground = { sleep: async () => undefined, isInterrupted: () => false };
const denied = async (): Promise<never> => {
  throw new GoogleRefusal(
    "logging.googleapis.com",
    403,
    "PERMISSION_DENIED",
    "Permission 'logging.logEntries.create' denied.",
  );
};
const DENIED =
  "logging.googleapis.com answers 403: PERMISSION_DENIED Permission 'logging.logEntries.create' denied. " +
  "It takes roles/logging.logWriter on the project.";

describe("--audit", () => {
  it("writes who does what, to what, to how many and in which run", async () => {
    const audit = auditTo(stack.calls, async () => "ada@example.com");
    await audit({ what: "redrive", count: 371, run: "20261125T120241Z-9c1f" });
    await audit({ what: "pause", queue: "email", count: 1 });

    const entries = await entriesOf('log_id("background-tasks") AND labels.who="ada@example.com"');
    expect(
      entries.map(({ labels, jsonPayload, severity }) => [labels, jsonPayload, severity]),
    ).toEqual([
      [
        {
          ...{ stack: "dev", who: "ada@example.com", what: "redrive", count: "371" },
          run: "20261125T120241Z-9c1f",
        },
        { message: "ada@example.com: redrive of 371." },
        "NOTICE",
      ],
      [
        { stack: "dev", who: "ada@example.com", what: "pause", queue: "email", count: "1" },
        { message: "ada@example.com: pause of 1." },
        "NOTICE",
      ],
    ]);
    // The alerts take none of it for the line by which they know of a pause.
    expect(await entriesOf(operationsLogFilter("dev"))).toEqual([]);
  });

  it("refuses what cannot be written, and says which role it takes", async () => {
    const audit = auditTo({ writeAudit: denied }, async () => "ada@example.com");
    await stack.calls.resumeQueue(stack.operations.queues["email"]!);
    await stack.die(1);
    const operating = { ...operatingAt(START, stack.calls), audit };
    const consent = { yes: true, json: false };
    const letters = { backup: true, uncertain: false, dryRun: false };
    const surroundings = { by: "ada", folder: "/none", journal: { told: denied } };

    for (const [what, act] of [
      [
        "'pause' of 'email'",
        () => pauseQueues(operating, ["email"], { json: false, for: 1000 }, ground),
      ],
      ["'purge' of 'dead-letter'", () => purgeQueue(operating, "dead-letter", consent)],
      ["'discard'", () => discardLetters(operating, {}, { ...consent, ...letters }, surroundings)],
    ] as const) {
      await expect(act()).rejects.toMatchObject({
        exitCode: 5,
        message: `'--audit' cannot write ${what} into the log 'background-tasks': ${DENIED} It was not done.`,
      });
    }
    expect((await stack.calls.getQueue(stack.operations.queues["email"]!)).state).toBe("RUNNING");
    const { stats } = await stack.calls.getQueue(stack.operations.queues["dead-letter"]!);
    expect(stats?.tasksCount).toBe(1);
  });

  it("says which of several queues is not done, and leaves those before as they are", async () => {
    const [first, second] = ["email", "default"].map((key) => stack.operations.queues[key]!);
    for (const queue of [first!, second!]) await stack.calls.resumeQueue(queue);
    const operating = operatingAt(START, stack.calls);
    const refuse = auditTo({ writeAudit: denied }, async () => "ada@example.com");
    const audit: typeof refuse = (deed) =>
      deed.queue === "default" ? refuse(deed) : operating.audit(deed);

    await expect(
      pauseQueues({ ...operating, audit }, ["email", "default"], { json: false }, ground),
    ).rejects.toThrow(
      `'--audit' cannot write 'pause' of 'default' into the log 'background-tasks': ${DENIED} It was not done.`,
    );

    expect((await stack.calls.getQueue(first!)).state).toBe("PAUSED");
    expect((await stack.calls.getQueue(second!)).state).toBe("RUNNING");
  });

  it("undoes a pause also where that cannot be written, and says so", async () => {
    await stack.calls.resumeQueue(stack.operations.queues["email"]!);
    const operating = operatingAt(START, stack.calls);
    const refuse = auditTo({ writeAudit: denied }, async () => "ada@example.com");
    const audit = (deed: Parameters<typeof refuse>[0]) =>
      deed.what === "resume" ? refuse(deed) : operating.audit(deed);

    const code = await pauseQueues(
      { ...operating, audit },
      ["email"],
      { json: false, for: 1000 },
      ground,
    );

    expect(code).toBe(0);
    expect((await stack.calls.getQueue(stack.operations.queues["email"]!)).state).toBe("RUNNING");
    expect(operating.noted.at(-1)).toBe(
      `'--audit' cannot write 'resume' of 'email' into the log 'background-tasks': ${DENIED} It was done all the same.`,
    );
  });
});
