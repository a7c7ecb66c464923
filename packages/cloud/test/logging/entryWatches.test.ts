import fc from "fast-check";
import { VirtualClock } from "../../time/virtualClock.ts";
import { entryFilter } from "../../logging/entryFilter.ts";
import { entryMatch } from "../../logging/entryMatch.ts";
import { EntryWatches, type Written } from "../../logging/entryWatches.ts";
import { logIdOf, logNameOf, type LogEntry } from "../../logging/logEntry.ts";
import { startLogging } from "./localLogging.ts";

const METRICS = "/v2/projects/demo/metrics";

const VALUES = ["a", "B", "5", "5.0", "", "true"];
const FIELDS = [
  "severity",
  "logName",
  "resource.type",
  "resource.labels.of",
  "labels.of",
  "textPayload",
  "jsonPayload.of",
  "jsonPayload.list.of",
  "jsonPayload.deep.of",
  "httpRequest.status",
  "traceSampled",
];

const value = fc.constantFrom(...VALUES);
const comparison = fc
  .tuple(fc.constantFrom(...FIELDS), fc.constantFrom("=", "=", "=", "!=", ":", ">="), value)
  .map(([field, operator, wanted]) => {
    if (field === "severity") return `severity${operator === ":" ? "=" : operator}ERROR`;
    if (field === "httpRequest.status") return "httpRequest.status=5";
    if (field === "traceSampled") return "traceSampled=true";
    if (field === "logName") return `logName="${logNameOf("demo", "run/a")}"`;
    return `${field}${operator}"${wanted}"`;
  });
const log = fc.constantFrom("a", "run/a").map((id) => `log_id("${id}")`);
const several = fc
  .tuple(fc.constantFrom("jsonPayload.of", "labels.of"), value, value)
  .map(([field, one, other]) => `${field}=("${one}" OR "${other}")`);

/** A filter of so many levels. */
function filterOf(depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(comparison, log, several);
  if (depth === 0) return leaf;
  const inner = filterOf(depth - 1);
  return fc.oneof(
    leaf,
    fc.array(inner, { minLength: 2, maxLength: 4 }).map((all) => `(${all.join(" AND ")})`),
    fc.array(inner, { minLength: 2, maxLength: 3 }).map((any) => `(${any.join(" OR ")})`),
    inner.map((one) => `NOT ${one}`),
  );
}

const scalar = fc.constantFrom("a", "A", "b", "5", 5, true, "");
const held = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.constant({ of: "a" }));
const entries: fc.Arbitrary<LogEntry> = fc.record(
  {
    logName: fc.constantFrom("a", "run/a", "other").map((id) => logNameOf("demo", id)),
    timestamp: fc.constant("2026-11-24T12:00:00Z"),
    receiveTimestamp: fc.constant("2026-11-24T12:00:00Z"),
    insertId: fc.constant("1"),
    resource: fc.record({
      type: fc.constantFrom("a", "B", "other"),
      labels: fc.record({ of: fc.constantFrom("a", "b") }, { requiredKeys: [] }),
    }),
    severity: fc.constantFrom("ERROR", "INFO"),
    labels: fc.record({ of: fc.constantFrom("a", "5", "true", "") }, { requiredKeys: [] }),
    textPayload: fc.constantFrom("a", "b", ""),
    jsonPayload: fc.record(
      {
        of: held,
        list: fc.array(fc.record({ of: held }), { maxLength: 3 }),
        deep: fc.record({ of: held }),
      },
      { requiredKeys: [] },
    ),
    httpRequest: fc.record({ status: fc.constantFrom(5, 6) }, { requiredKeys: [] }),
    traceSampled: fc.boolean(),
  },
  { requiredKeys: ["logName", "timestamp", "receiveTimestamp", "insertId", "resource"] },
);

const written = (entry: LogEntry): Written => ({
  log: logIdOf(entry.logName),
  entry,
  time: 0,
  isKept: true,
});

describe("What waits for entries", () => {
  it("is told of those that match, as if each was tried, until it waits no more", () => {
    fc.assert(
      fc.property(
        fc.array(filterOf(3), { minLength: 1, maxLength: 12 }),
        fc.array(entries, { minLength: 1, maxLength: 6 }),
        (filters, all) => {
          const watches = new EntryWatches(new VirtualClock(0), undefined);
          let told: string[] = [];
          const ends = filters.map((filter, index) =>
            watches.add(entryMatch(filter, {}), () => told.push(`${index} ${filter}`)),
          );
          const tried = (entry: LogEntry, isKept: (index: number) => boolean) =>
            filters.flatMap((filter, index) =>
              isKept(index) && entryFilter(filter, { leftMs: 100 }).matches(entry)
                ? [`${index} ${filter}`]
                : [],
            );
          const toldOf = (entry: LogEntry): string[] => {
            told = [];
            watches.tell(written(entry));
            return told;
          };

          for (const entry of all) expect(toldOf(entry)).toEqual(tried(entry, () => true));
          for (const [index, end] of ends.entries()) if (index % 2 === 0) end();
          for (const entry of all) {
            expect(toldOf(entry)).toEqual(tried(entry, (index) => index % 2 === 1));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is told once of an entry that matches in many ways", () => {
    const watches = new EntryWatches(new VirtualClock(0), undefined);
    const told: unknown[] = [];
    watches.add(entryMatch('jsonPayload.list.of=("a" OR "b")', {}), (labels) => told.push(labels));
    const [entry] = fc.sample(entries, 1);

    watches.tell(written({ ...entry!, jsonPayload: { list: [{ of: "a" }, { of: "b" }] } }));

    expect(told).toEqual([{}]);
  });

  it("finds nothing in what is nested too deep, and fails with none of it", () => {
    const watches = new EntryWatches(new VirtualClock(0), undefined);
    const told: string[] = [];
    for (const filter of ['jsonPayload.of="done"', 'jsonPayload.of:"done"', '"done"']) {
      watches.add(entryMatch(filter, {}), (_labels, { entry }) => told.push(entry.insertId));
    }
    const [entry] = fc.sample(entries, 1);
    const nested = (depth: number): unknown =>
      JSON.parse(`${"[".repeat(depth)}"done"${"]".repeat(depth)}`);

    for (const depth of [50, 5000]) {
      const insertId = `of ${depth}`;
      watches.tell(written({ ...entry!, insertId, jsonPayload: { of: nested(depth) } }));
    }

    expect(told).toEqual(["of 50", "of 50", "of 50"]);
  });

  it("has no entry made of a log of which nothing waits, and made once of others", async () => {
    const { ok, write } = startLogging();
    let made = 0;
    const say = (to: string) => {
      write({
        log: to,
        bytes: 10,
        fields() {
          made += 1;
          return { resource: { type: "global", labels: {} }, textPayload: "a" };
        },
      });
    };
    await ok(`POST ${METRICS}`, { name: "one", filter: 'log_id("work") AND textPayload="a"' });
    await ok(`POST ${METRICS}`, { name: "two", filter: 'log_id("work") AND textPayload:"b"' });

    say("rest");
    expect(made).toBe(0);
    say("work");
    expect(made).toBe(1);

    await ok(`DELETE ${METRICS}/one`);
    await ok(`DELETE ${METRICS}/two`);
    say("work");
    expect(made).toBe(1);
  });
});

describe("What waits for entries that are told of together", () => {
  const entryOf = (text: string): LogEntry => ({
    logName: logNameOf("demo", "work"),
    resource: { type: "global", labels: {} },
    timestamp: "2026-11-24T12:00:00Z",
    receiveTimestamp: "2026-11-24T12:00:00Z",
    insertId: text,
    textPayload: text,
  });
  function start() {
    const clock = new VirtualClock(0);
    const watches = new EntryWatches(clock, { entries: 3, ms: 50 });
    const told: string[] = [];
    return {
      clock,
      watches,
      told,
      say: (text: string) => {
        watches.tell({ ...written(entryOf(text)), time: clock.now() });
      },
      wait: (name: string) =>
        watches.add(entryMatch('log_id("work")', {}), (_labels, { entry, time }) =>
          told.push(`${name}: ${entry.textPayload}, at ${time}`),
        ),
    };
  }

  it("hears of so many at once, in their order, with the time at which each came", async () => {
    const { clock, told, say, wait } = start();
    wait("one");
    wait("two");

    say("a");
    await clock.advanceTo(20);
    say("b");
    expect(told).toEqual([]);
    say("c");

    expect(told).toEqual([
      ...["one: a, at 0", "two: a, at 0", "one: b, at 20"],
      ...["two: b, at 20", "one: c, at 20", "two: c, at 20"],
    ]);
  });

  it("hears of fewer after a while, and of those that come then after another", async () => {
    const { clock, told, say, wait } = start();
    wait("one");

    say("a");
    await clock.advanceTo(49);
    expect(told).toEqual([]);
    await clock.advanceTo(50);
    expect(told).toEqual(["one: a, at 0"]);
    say("b");
    await clock.advanceTo(99);
    expect(told).toEqual(["one: a, at 0"]);
    await clock.advanceTo(100);
    expect(told).toEqual(["one: a, at 0", "one: b, at 50"]);
    expect(clock.nextTime).toBeUndefined();
  });

  it("hears of all at once where somebody asks what was made of them", () => {
    const { clock, watches, told, say, wait } = start();
    wait("one");

    say("a");
    watches.catchUp();

    expect(told).toEqual(["one: a, at 0"]);
    expect(clock.nextTime).toBeUndefined();
  });

  it("hears of those that came while it waited, and of no others", () => {
    const { watches, told, say, wait } = start();

    say("before");
    const end = wait("one");
    say("meanwhile");
    end();
    say("after");
    watches.catchUp();

    expect(told).toEqual(["one: meanwhile, at 0"]);
  });

  it("hears of all, though another one fails with some, which is said", () => {
    const { watches, told, say, wait } = start();
    const warn = jest.spyOn(process, "emitWarning").mockReturnValue();
    watches.add(entryMatch('textPayload="a"', {}), () => {
      throw new Error("of no use");
    });
    wait("one");

    say("a");
    say("b");
    watches.catchUp();

    expect(told).toEqual(["one: a, at 0", "one: b, at 0"]);
    expect(warn.mock.calls).toEqual([[new Error("of no use")]]);
    warn.mockRestore();
  });
});
