import { containerEntry } from "../../run/containerLine.ts";

const RESOURCE = { type: "cloud_run_revision", labels: {} };

function entryOf(line: string | object) {
  const { resource, ...entry } = containerEntry(
    typeof line === "string" ? line : JSON.stringify(line),
    RESOURCE,
  );
  expect(resource).toBe(RESOURCE);
  return entry;
}

// https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
describe("A line of a container (G 8.3)", () => {
  it("that is a JSON object is an entry, of which some fields say something of the entry", () => {
    expect(
      entryOf({
        severity: "WARNING",
        time: "2026-11-24T12:00:00.123456789Z",
        message: "Later.",
        outcome: "retry",
        httpRequest: { status: 422 },
        "logging.googleapis.com/labels": { task: "send-email", attempt: "2", none: 1 },
        "logging.googleapis.com/trace": "projects/p/traces/abc",
        "logging.googleapis.com/spanId": "0123",
        "logging.googleapis.com/trace_sampled": true,
        "logging.googleapis.com/insertId": "i",
        "logging.googleapis.com/operation": { id: "o", first: true },
        "logging.googleapis.com/sourceLocation": { file: "a.ts" },
      }),
    ).toEqual({
      severity: "WARNING",
      timestamp: "2026-11-24T12:00:00.123456789Z",
      httpRequest: { status: 422 },
      labels: { task: "send-email", attempt: "2" },
      trace: "projects/p/traces/abc",
      spanId: "0123",
      traceSampled: true,
      insertId: "i",
      operation: { id: "o", first: true },
      sourceLocation: { file: "a.ts" },
      jsonPayload: { message: "Later.", outcome: "retry" },
    });
  });

  it.each(["hello", "[1]", '"text"', '{"open": ', "{}extra"])(
    "that is none is text: %s",
    (line) => {
      expect(entryOf(line)).toEqual({ textPayload: line });
    },
  );

  it("is cut where it is more than an entry holds", () => {
    expect(entryOf("x".repeat(300_000)).textPayload).toHaveLength(262_144);
  });

  it.each([
    [{ severity: "error" }, { severity: "ERROR" }],
    [{ severity: "loud" }, {}],
    [{ severity: 500 }, {}],
    [{ time: "yesterday" }, {}],
    [
      { timestamp: { seconds: 1_700_000_000, nanos: 5e8 } },
      { timestamp: "2023-11-14T22:13:20.500Z" },
    ],
    [
      { timestampSeconds: "1700000000", timestampNanos: "0" },
      { timestamp: "2023-11-14T22:13:20Z" },
    ],
    [{ timestampSeconds: 1e300 }, {}],
    [{ httpRequest: "GET /" }, {}],
    [{ "logging.googleapis.com/labels": ["a"] }, {}],
  ])("with %j says %j", (line, entry) => {
    expect(entryOf(line)).toEqual({ ...entry, jsonPayload: {} });
  });
});
