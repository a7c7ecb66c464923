import fc from "fast-check";
import { entryFilter } from "../../logging/entryFilter.ts";
import { entryMatch } from "../../logging/entryMatch.ts";
import { EntryWatches } from "../../logging/entryWatches.ts";
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

describe("What waits for entries", () => {
  it("is told of those that match, as if each was tried, until it waits no more", () => {
    fc.assert(
      fc.property(
        fc.array(filterOf(3), { minLength: 1, maxLength: 12 }),
        fc.array(entries, { minLength: 1, maxLength: 6 }),
        (filters, all) => {
          const watches = new EntryWatches();
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
            watches.tell({ log: logIdOf(entry.logName), entry });
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
    const watches = new EntryWatches();
    const told: unknown[] = [];
    watches.add(entryMatch('jsonPayload.list.of=("a" OR "b")', {}), (labels) => told.push(labels));
    const [entry] = fc.sample(entries, 1);

    watches.tell({
      log: "a",
      entry: { ...entry!, jsonPayload: { list: [{ of: "a" }, { of: "b" }] } },
    });

    expect(told).toEqual([{}]);
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
