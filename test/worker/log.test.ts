import { makeLog } from "../../worker/log.ts";
import { makeLogOutput } from "../../worker/logOutput.ts";
import { delivery, firstDelivery, WorkerUnderTest } from "../support/workerUnderTest.ts";

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const LABELS = "logging.googleapis.com/labels";
const TRACE = "logging.googleapis.com/trace";

describe("the line of a delivery", () => {
  it("is one, with its severity, trace and labels, where Cloud Logging looks for them", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        worker.timers.now += 1234.4;
      },
    });

    await worker.deliver(delivery(5, 3));

    expect(worker.lines).toEqual([
      {
        severity: "INFO",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        [TRACE]: `projects/p/traces/${"a".repeat(32)}`,
        [LABELS]: {
          task: "send-email",
          queue: "email",
          taskId: "task-1",
          attempt: "4",
          durationMs: "1234",
        },
        outcome: "done",
        status: 204,
        message: "Task 'send-email' is done.",
      },
    ]);
  });

  it.each([
    {
      executionCount: 0,
      severity: "WARNING",
      outcome: "retry",
      status: 422,
      message: "Task 'send-email' failed on attempt 1 of 8: No disk.",
    },
    {
      executionCount: 7,
      severity: "ERROR",
      outcome: "dead-letter",
      status: 204,
      message: "Task 'send-email' is a dead letter (attempts-exhausted): No disk.",
    },
  ])("tells a failure as $severity, with its stack", async ({ executionCount, ...line }) => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        throw new Error("No disk.");
      },
    });

    await worker.deliver(delivery(executionCount));

    expect(worker.lines).toHaveLength(1);
    expect(worker.lines[0]).toMatchObject({
      ...line,
      stack_trace: expect.stringMatching(/^Error: No disk\.\n {4}at /),
    });
  });

  it.each(["", "nonsense", `00-${"0".repeat(32)}-${"b".repeat(16)}-01`])(
    "names no trace for the traceparent '%s'",
    async (traceparent) => {
      await using worker = new WorkerUnderTest({ "send-email": async () => {} });

      await worker.deliver({ ...firstDelivery, traceparent });

      expect(worker.lines[0]).not.toHaveProperty([TRACE]);
    },
  );
});

describe("a handler's own line", () => {
  it("carries the delivery's trace and labels", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async (_, { log }) => {
        log.info({ size: 3 }, "Rendered.");
      },
    });

    await worker.deliver();

    expect(worker.lines).toHaveLength(2);
    expect(worker.lines[0]).toEqual({
      severity: "INFO",
      time: expect.any(String),
      [TRACE]: `projects/p/traces/${"a".repeat(32)}`,
      [LABELS]: { task: "send-email", queue: "email", taskId: "task-1", attempt: "1" },
      size: 3,
      message: "Rendered.",
    });
  });
});

describe("makeLog", () => {
  function start() {
    const lines: Record<string, unknown>[] = [];
    return { log: makeLog({ write: (line) => lines.push(JSON.parse(line)) }), lines };
  }

  it("gives each level the severity that Cloud Logging knows", () => {
    const { log, lines } = start();

    for (const level of ["debug", "info", "warn", "error", "fatal"] as const) log[level](level);

    expect(lines.map(({ severity, message }) => [severity, message])).toEqual([
      ["DEBUG", "debug"],
      ["INFO", "info"],
      ["WARNING", "warn"],
      ["ERROR", "error"],
      ["CRITICAL", "fatal"],
    ]);
  });

  it("writes one line, whatever the message holds", () => {
    const written: string[] = [];
    const log = makeLog({ write: (line) => written.push(line) });

    log.info({ size: 1 }, 'Two\nlines of "%s".');

    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^[^\n]+"size":1,"message":"Two\\nlines of \\"%s\\"\."\}\n$/);
  });

  it("tells the time of each line", () => {
    const now = jest.spyOn(Date, "now").mockReturnValue(1_000);
    const { log, lines } = start();

    log.info("One.");
    log.info("Another.");
    now.mockReturnValue(1_001);
    log.info("A third.");
    now.mockRestore();

    expect(lines.map(({ time }) => time)).toEqual([
      "1970-01-01T00:00:01.000Z",
      "1970-01-01T00:00:01.000Z",
      "1970-01-01T00:00:01.001Z",
    ]);
  });

  it("shows an error among the fields with its stack and its cause", () => {
    const { log, lines } = start();
    const problem = new Error("No disk.", { cause: new Error("It is full.") });

    log.warn({ problem, size: 3 }, "Not stored.");

    expect(lines[0]).toMatchObject({ size: 3, message: "Not stored." });
    expect(lines[0]!["problem"]).toMatch(
      /^Error: No disk\.\n {4}at [^]+cause[^]+Error: It is full\./,
    );
  });

  it("shows as text what has no JSON", () => {
    const { log, lines } = start();
    const circle: Record<string, unknown> = {};
    circle["itself"] = circle;

    log.info({ circle, count: 3n, list: [1, 2] }, "Odd.");
    log.info({ map: new Map([["a", 1]]), inner: { error: new Error("No disk.") } }, "Odd.");

    expect(lines).toEqual([
      {
        severity: "INFO",
        time: expect.any(String),
        circle: "<ref *1> { itself: [Circular *1] }",
        count: "3n",
        list: [1, 2],
        message: "Odd.",
      },
      {
        severity: "INFO",
        time: expect.any(String),
        map: "Map(1) { 'a' => 1 }",
        inner: { error: expect.stringMatching(/^Error: No disk\.\n {4}at /) },
        message: "Odd.",
      },
    ]);
  });

  it.each([
    {
      what: "an error for fields",
      call: [new Error("No disk."), "Not stored."],
      message: "Not stored.",
    },
    { what: "an error alone", call: [new Error("No disk.")], message: "No disk." },
    {
      what: "an error after the message",
      call: ["Not stored.", new Error("No disk.")],
      message: "Not stored.",
    },
  ])("keeps $what, with its stack", ({ call, message }) => {
    const { log, lines } = start();

    (log.error as (...given: unknown[]) => void)(...call);

    expect(lines).toEqual([
      {
        severity: "ERROR",
        time: expect.any(String),
        error: "No disk.",
        stack_trace: expect.stringMatching(/^Error: No disk\.\n {4}at /),
        message,
      },
    ]);
  });

  it.each([
    { call: ["Stored.", { size: 3 }], line: { message: "Stored.", size: 3 } },
    { call: [["a", "b"], "Stored."], line: { message: "Stored.", fields: ["a", "b"] } },
    { call: [42, "Stored."], line: { message: "Stored.", fields: 42 } },
    { call: [42], line: { message: "42", fields: 42 } },
    { call: [{ size: 3 }], line: { message: "{ size: 3 }", size: 3 } },
    { call: [], line: { message: "undefined" } },
    {
      call: [new Map([["a", 1]]), "Stored."],
      line: { message: "Stored.", fields: "Map(1) { 'a' => 1 }" },
    },
    {
      call: [new Date(0), "Stored."],
      line: { message: "Stored.", fields: "1970-01-01T00:00:00.000Z" },
    },
    // What says itself what its JSON is has that beside the line's own fields, not in their place.
    {
      call: [{ toJSON: () => ({ a: 1 }) }, "Stored."],
      line: { message: "Stored.", fields: { a: 1 } },
    },
    { call: [{ toJSON: () => "gone" }, "Stored."], line: { message: "Stored.", fields: "gone" } },
    { call: [null, "Stored."], line: { message: "Stored." } },
    { call: [{ size: 3 }, { a: 1 }], line: { message: "{ a: 1 }", size: 3 } },
    // None of the line's own fields is hidden by one of the same name.
    {
      call: [{ message: "mine", severity: "HIGH" }, "Stored."],
      line: { message: "Stored.", severity: "INFO", fields: { message: "mine", severity: "HIGH" } },
    },
  ])("loses nothing of what somebody without a compiler gives it: $call", ({ call, line }) => {
    const { log, lines } = start();

    (log.info as (...given: unknown[]) => void)(...call);

    expect(lines).toEqual([{ severity: "INFO", time: expect.any(String), ...line }]);
  });

  it.each([
    { what: "a message of 20 MB", fields: {}, message: "x".repeat(20e6) },
    { what: "a field of 20 MB", fields: { text: "x".repeat(20e6) }, message: "Big." },
    {
      what: "80,000 fields",
      fields: Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`field ${n}`, n])),
      message: "Big.",
    },
    {
      what: "60,000 characters of three bytes",
      fields: { text: "€".repeat(60_000) },
      message: "Big.",
    },
    { what: "a list of a million", fields: { list: Array(1e6).fill(7) }, message: "Big." },
  ])("stays an entry of Cloud Logging with $what", ({ fields, message }) => {
    const written: string[] = [];
    const log = makeLog({ write: (line) => written.push(line) });

    log.info(fields, message);

    expect(Buffer.byteLength(written[0]!)).toBeLessThanOrEqual(64 * 1024);
    expect(JSON.parse(written[0]!)).toMatchObject({ severity: "INFO" });
  });

  it.each([
    {
      what: "a getter that throws",
      fields: {
        get size(): number {
          throw new Error("No.");
        },
      },
    },
    {
      what: "a toJSON that throws",
      fields: {
        size: {
          toJSON() {
            throw new Error("No.");
          },
        },
      },
    },
    { what: "a Proxy that was revoked", fields: revoked() },
    {
      what: "a Proxy that refuses everything",
      fields: new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("No.");
          },
        },
      ),
    },
  ])("does not fail for $what", ({ fields }) => {
    const { log, lines } = start();

    log.info(fields, "Odd.");

    expect(lines).toEqual([expect.objectContaining({ severity: "INFO", message: "Odd." })]);
  });
});

describe("makeLogOutput", () => {
  function start(write: (bytes: Buffer) => number) {
    const turns: (() => void)[] = [];
    return { output: makeLogOutput(write, (run) => turns.push(run)), turns };
  }

  it("writes the lines of a turn at its end, all at once", () => {
    const written: string[] = [];
    const { output, turns } = start((bytes) => written.push(bytes.toString()) && bytes.length);

    output.write("one\n");
    output.write("two\n");
    expect(written).toEqual([]);
    expect(turns).toHaveLength(1);
    turns[0]!();
    output.write("three\n");

    expect(written).toEqual(["one\ntwo\n"]);
    expect(turns).toHaveLength(2);
  });

  it("writes what is waiting when the process ends", () => {
    const written: string[] = [];
    const { output } = start((bytes) => written.push(bytes.toString()) && bytes.length);

    output.write("last words\n");
    output.flush();
    output.flush();

    expect(written).toEqual(["last words\n"]);
  });

  it("goes on where a write took a part, or had to wait", () => {
    const taken: Buffer[] = [];
    let calls = 0;
    const { output } = start((bytes) => {
      if (calls++ === 1) throw Object.assign(new Error("full"), { code: "EAGAIN" });
      taken.push(bytes.subarray(0, 3));
      return Math.min(3, bytes.length);
    });

    output.write("1€23\n");
    output.flush();

    expect(Buffer.concat(taken).toString()).toBe("1€23\n");
    expect(calls).toBe(4);
  });

  it("does not take the worker down with whoever reads its log", () => {
    const { output } = start(() => {
      throw Object.assign(new Error("gone"), { code: "EPIPE" });
    });

    output.write("one\n");

    expect(() => {
      output.flush();
    }).not.toThrow();
  });
});
