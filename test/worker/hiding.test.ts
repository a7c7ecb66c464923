import * as z from "zod";
import type { TaskTable } from "../../tasks/contract/contract.ts";
import { PermanentError } from "../../worker/errors.ts";
import { makeHiding } from "../../worker/hiding.ts";
import { contract } from "../fixtures/project/tasks/index.ts";
import { delivery, firstDelivery, WorkerUnderTest } from "../support/workerUnderTest.ts";

const hidden = z.string().meta({ sensitive: true });

const tasks = {
  ...contract.tasks,
  "send-email": {
    queue: "email",
    payload: z.object({
      to: hidden,
      subject: z.string(),
      text: hidden,
      pin: z.int().meta({ sensitive: true }),
    }),
  },
} satisfies TaskTable["tasks"];

const body = JSON.stringify({
  to: "ada lovelace",
  subject: "Welcome",
  text: 'a "quoted" text',
  pin: 4711,
});

describe("what is sensitive of a payload", () => {
  it("is neither in the lines of a handler nor in those of the worker, nor in the dead letter's headers", async () => {
    await using worker = new WorkerUnderTest(
      {
        "send-email": async (payload, { log }) => {
          const { to, text } = payload as { to: string; text: string };
          log.info(
            { to, nested: [{ note: `for ${to}` }], pin: 4711, size: 3 },
            `Sending to ${to}.`,
          );
          log.warn(new Error(`No ${text}.`), "It goes on.");
          throw new PermanentError(`550 No such user ${to} (${encodeURIComponent(to)}), pin 4711`, {
            cause: new Error(JSON.stringify({ text })),
          });
        },
      },
      { tasks },
    );

    expect(await worker.deliver(firstDelivery, { body })).toBe(204);

    const [info, warning, dead] = worker.lines;
    expect(info).toMatchObject({
      to: "[hidden]",
      nested: [{ note: "for [hidden]" }],
      pin: "[hidden]",
      size: 3,
      message: "Sending to [hidden].",
    });
    expect(warning).toMatchObject({ error: "No [hidden].", message: "It goes on." });
    expect(dead).toMatchObject({
      message:
        "Task 'send-email' is a dead letter (permanent-error): 550 No such user [hidden] ([hidden]), pin [hidden] " +
        '(cause: {"text":"[hidden]"})',
      stack_trace: expect.stringContaining("PermanentError: 550 No such user [hidden]"),
    });
    const { headers } = worker.api.created[0]!.task.httpRequest;
    const told = JSON.stringify([
      worker.lines,
      headers,
      decodeURIComponent(headers["Dead-Letter-Error"]!),
    ]);
    for (const secret of ["ada lovelace", "ada%20lovelace", "quoted", "4711"])
      expect(told).not.toContain(secret);
    expect(worker.lines.every((line) => JSON.stringify(line).includes('"queue":"email"'))).toBe(
      true,
    );
  });

  it("is not told when the task is tried again", async () => {
    await using worker = new WorkerUnderTest(
      {
        "send-email": async (payload) => {
          throw new Error(`No such user ${(payload as { to: string }).to}.`);
        },
      },
      { tasks },
    );

    expect(await worker.deliver(delivery(1), { body })).toBe(422);
    expect(worker.lines[0]).toMatchObject({
      message: "Task 'send-email' failed on attempt 2 of 8: No such user [hidden].",
      stack_trace: expect.stringContaining("Error: No such user [hidden].\n"),
    });
    expect(JSON.stringify(worker.lines)).not.toContain("lovelace");
  });

  it("leaves alone what says nothing of it", () => {
    const hide = makeHiding(tasks)({ task: "send-email", body: Buffer.from(body) })!;

    expect(hide("Welcome to all.")).toBe("Welcome to all.");
    expect(makeHiding(tasks)({ task: "send-digest", body: Buffer.from("{}") })).toBeUndefined();
    expect(makeHiding(tasks)({ task: "unknown", body: Buffer.from(body) })).toBeUndefined();
  });

  it("does not hide what is too short to be known again, and all where there are too many values", () => {
    const list = { ...tasks["send-email"], payload: z.object({ to: z.array(hidden) }) };
    const hide = (to: readonly string[]) =>
      makeHiding({ list })({ task: "list", body: Buffer.from(JSON.stringify({ to })) })!;

    expect(hide(["to", "too"])("to be, or too much")).toBe("to be, or [hidden] much");
    expect(hide(Array.from({ length: 1001 }, (_, n) => `value ${n}`))("anything")).toBe("[hidden]");
    expect(makeHiding({ list })({ task: "list", body: Buffer.from("no JSON") })!("a")).toBe("a");
  });
});
