import { inspect } from "node:util";
import fc from "fast-check";
import { isPermanent, PermanentError } from "../../worker/errors.ts";
import { makeLog } from "../../worker/log.ts";
import { describeError, stackOf } from "../../worker/thrown.ts";
import { delivery, WorkerUnderTest } from "../support/workerUnderTest.ts";

const refuse = (): never => {
  throw new Error("Ask somebody else.");
};

function circle(): Error {
  const failed = new Error("insert failed");
  failed.cause = new Error("connection lost", { cause: failed });
  return failed;
}

function chain(length: number): Error {
  let error = new Error("cause 0");
  for (let n = 1; n < length; n++) error = new Error(`cause ${n}`, { cause: error });
  return error;
}

const everyTrap = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]),
);

class Demanding extends Array<unknown> {
  constructor(given: { readonly length: number }) {
    super();
    for (let n = 0; n < given.length; n++) this.push(new Error("one"));
  }

  static made(): Demanding {
    return new Demanding({ length: 1 });
  }
}

/** What somebody, somewhere, has thrown: what is told of it. */
const thrown: { what: string; error: unknown; told: string }[] = [
  { what: "an error", error: new Error("No disk."), told: "No disk." },
  { what: "an error without a message", error: new TypeError(), told: "TypeError" },
  {
    what: "an error with a cause",
    error: new Error("It failed.", { cause: new Error("No disk.") }),
    told: "It failed. (cause: No disk.)",
  },
  {
    what: "an error whose message tells its cause",
    error: new Error("It failed: No disk.", { cause: new Error("No disk.") }),
    told: "It failed: No disk.",
  },
  {
    what: "an error whose cause is a text",
    error: new Error("It failed.", { cause: "No disk." }),
    told: "It failed. (cause: No disk.)",
  },
  {
    what: "causes in a circle",
    error: circle(),
    told: "insert failed (cause: connection lost)",
  },
  {
    what: "10,000 causes",
    error: chain(10_000),
    told:
      [9999, 9998, 9997, 9996, 9995, 9994, 9993, 9992, 9991]
        .map((n) => `cause ${n} (cause: `)
        .join("") + "cause 9990 (cause: …))))))))))",
  },
  {
    what: "an AggregateError without a message",
    error: new AggregateError(
      [new Error("connect ECONNREFUSED ::1:25"), new Error("connect ECONNREFUSED 127.0.0.1:25")],
      "",
    ),
    told: "AggregateError (errors: connect ECONNREFUSED ::1:25; connect ECONNREFUSED 127.0.0.1:25)",
  },
  {
    what: "an AggregateError that holds itself",
    error: (() => {
      const all = new AggregateError([], "All failed.");
      all.errors.push(all, new Error("one"));
      return all;
    })(),
    told: "All failed. (errors: one)",
  },
  {
    what: "inner errors in a list that has methods of its own",
    error: Object.assign(new Error("It failed."), {
      errors: Object.assign([new Error("one")], { slice: () => 5, filter: refuse, map: refuse }),
    }),
    told: "It failed. (errors: one)",
  },
  {
    what: "inner errors in a list of a class that wants something to be made",
    error: Object.assign(new Error("It failed."), { errors: Demanding.made() }),
    told: "It failed. (errors: one)",
  },
  { what: "a text", error: "No disk.", told: "No disk." },
  { what: "an empty text", error: "", told: "an empty text" },
  { what: "nothing", error: undefined, told: "undefined" },
  { what: "null", error: null, told: "null" },
  { what: "a number", error: 42n, told: "42n" },
  { what: "a symbol", error: Symbol("no disk"), told: "Symbol(no disk)" },
  { what: "an object", error: { code: 42 }, told: "{ code: 42 }" },
  {
    what: "an object of many fields",
    error: Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`f${n}`, n])),
    told: "{ f0: 0, f1: 1, f2: 2, f3: 3, f4: 4, f5: 5, f6: 6, f7: 7, f8: 8, f9: 9, '…': 'and 79990 more' }",
  },
  {
    what: "an object whose toString throws",
    error: { toString: refuse, code: 42 },
    told: "{ toString: [Function: refuse], code: 42 }",
  },
  {
    what: "an error whose message throws",
    error: Object.defineProperty(new RangeError("x"), "message", { get: refuse }),
    told: "RangeError",
  },
  {
    what: "an error whose everything throws",
    error: Object.defineProperties(new Error("x"), {
      message: { get: refuse },
      name: { get: refuse },
      stack: { get: refuse },
      cause: { get: refuse },
      errors: { get: refuse },
    }),
    told: "Error",
  },
  {
    what: "an error whose message is an object",
    error: Object.assign(new Error("x"), { message: { code: 42 } }),
    told: "{ code: 42 }",
  },
  {
    what: "an object that fails to show itself",
    error: { [inspect.custom]: refuse },
    told: "a value that cannot be shown",
  },
];

describe("describeError", () => {
  it.each(thrown)("tells $what", ({ error, told }) => {
    expect(describeError(error)).toBe(told);
  });

  it.each([
    { what: "a message of 20 MB", error: new Error("x".repeat(20e6)) },
    { what: "a text of 20 MB", error: "x".repeat(20e6) },
    { what: "a list of a million", error: Array(1e6).fill("x".repeat(100)) },
    {
      what: "ten errors of ten errors",
      error: new AggregateError(
        Array.from({ length: 1000 }, () => new AggregateError([chain(20), "x".repeat(5000)])),
      ),
    },
  ])("is bounded: $what", ({ error }) => {
    expect(describeError(error).length).toBeLessThanOrEqual(4096);
  });

  it("is bounded: two texts that are together longer than a text may be", () => {
    const long = "x".repeat(2 ** 28);

    expect(describeError(new AggregateError([long, long], "")).length).toBe(4096);
  });

  it("asks nothing of a Proxy, be it an error or not", () => {
    expect(describeError(new Proxy({}, everyTrap))).toMatch(/^Proxy \[/);
    expect(describeError(new Proxy(new Error("No disk."), everyTrap))).toMatch(/^Proxy \[/);
  });
});

/** An error that says nothing any more, from the given question on. */
function refusesFrom(question: number, error: object): unknown {
  let asked = 0;
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [
    trap,
    (...args: unknown[]): unknown => {
      if (++asked > question) throw new Error("Ask somebody else.");
      return (Reflect as unknown as Record<string, (...args: unknown[]) => unknown>)[trap]!(
        ...args,
      );
    },
  ]);
  return new Proxy(error, Object.fromEntries(traps) as ProxyHandler<object>);
}

describe("telling what was thrown", () => {
  const questions = Array.from({ length: 30 }, (_, n) => n);

  it.each(questions)("never fails, were it a Proxy that refuses after %i questions", async (n) => {
    const of = (error: object): unknown => refusesFrom(n, error);
    const all = new AggregateError([of(new Error("one"))], "All failed.", { cause: of([1]) });
    const thrown = [new Error("x"), new PermanentError("x"), all, [new Error("x")], { a: 1 }];

    for (const one of [...thrown.map(of), all]) {
      expect(describeError(one).length).toBeGreaterThan(0);
      expect(stackOf(one)).toBeDefined();
      expect([true, false]).toContain(isPermanent(one));
    }
    for (const one of thrown) {
      await using worker = new WorkerUnderTest({
        "send-email": async () => {
          throw of(one);
        },
      });
      expect([422, 204]).toContain(await worker.deliver());
      expect(worker.lines).toHaveLength(1);
    }
  });

  it("never fails, whatever it is", () => {
    const lines: string[] = [];
    const log = makeLog({ write: (line) => lines.push(line) });
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });

    fc.assert(
      fc.property(anything, anything, fc.string({ unit: "binary" }), (one, other, message) => {
        const error = Object.assign(new Error(message, { cause: other }), { errors: one });
        for (const value of [one, error]) {
          expect(describeError(value).length).toBeLessThanOrEqual(4096);
          lines.length = 0;
          (log.error as (...given: unknown[]) => void)(value, other);
          expect(JSON.parse(lines[0]!)).toMatchObject({ severity: "ERROR" });
          expect(lines[0]).toMatch(/^[^\n]+\n$/);
        }
      }),
    );
  });
});

describe("stackOf", () => {
  it("keeps the frames of an error with a long message", () => {
    const { stack_trace = "" } = stackOf(new Error("x".repeat(20e6)));

    expect(stack_trace.length).toBeLessThanOrEqual(8192);
    expect(stack_trace).toMatch(/^Error: x{2040}…\n {4}at .*thrown\.test\.ts:/);
  });

  it.each(thrown.filter(({ error }) => !(error instanceof Error)))(
    "is none where $what was thrown",
    ({ error }) => {
      expect(stackOf(error)).toEqual({});
    },
  );
});

describe("whatever a handler throws", () => {
  const hostile = [
    ...thrown,
    { what: "a Proxy", error: new Proxy(new Error("No disk."), everyTrap) },
  ];

  it.each(hostile)("is a counted attempt, and at last a dead letter: $what", async ({ error }) => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        throw error;
      },
    });

    expect(await worker.deliver()).toBe(422);
    expect(await worker.deliver(delivery(7))).toBe(204);
    expect(worker.lines.map(({ outcome }) => outcome)).toEqual(["retry", "dead-letter"]);
  });

  it.each(hostile)("is permanent with $what as its cause", async ({ error }) => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        throw new PermanentError("No such mailbox.", { cause: error });
      },
    });

    expect(await worker.deliver()).toBe(204);
    expect(worker.lines.map(({ outcome }) => outcome)).toEqual(["dead-letter"]);
  });

  it("is permanent only where it is a PermanentError", () => {
    expect(isPermanent(new PermanentError("No."))).toBe(true);
    expect(isPermanent(new Error("No."))).toBe(false);
    expect(isPermanent(new Proxy(new PermanentError("No."), everyTrap))).toBe(false);
  });
});
