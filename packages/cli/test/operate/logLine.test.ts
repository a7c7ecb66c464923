import { isTold, logTone, readLogLine } from "../../operate/show/logLine.ts";

describe("A line of a log", () => {
  it.each([
    { line: '{"logging.googleapis.com/labels":{"taskId":"abc"},"message":"m"}', id: "abc" },
    { line: '{"logging.googleapis.com/labels":{"taskId":5},"message":"m"}', id: undefined },
    { line: '{"logging.googleapis.com/labels":{"taskId":"\\ud800"},"message":"m"}', id: undefined },
    { line: '{"logging.googleapis.com/labels":{"taskId":""},"message":"m"}', id: undefined },
    { line: '{"message":"m"}', id: undefined },
    { line: "text", id: undefined },
  ])("$line belongs to the task $id", ({ line, id }) => {
    expect(readLogLine(line).task?.id).toBe(id);
  });

  it.each([
    { line: '{"severity":"INFO","outcome":"done","message":"m"}', told: false },
    { line: '{"severity":"ERROR","outcome":"done","message":"m"}', told: true },
    { line: '{"severity":"WARNING","outcome":"retry","message":"m"}', told: true },
    { line: '{"severity":"INFO","message":"m"}', told: true },
    { line: '{"severity":"DEBUG","message":"m"}', told: false },
    { line: "text", told: true },
    { line: "For help, see: https://nodejs.org/en/docs/inspector", told: false },
  ])("$line is told: $told", ({ line, told }) => {
    expect(isTold(readLogLine(line))).toBe(told);
  });

  it.each([
    { line: '{"severity":"CRITICAL","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"not-kept","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"dead-letter","message":"m"}', tone: "plain" },
    { line: '{"severity":"WARNING","message":"m"}', tone: "plain" },
    { line: "ERROR", tone: "plain" },
  ])("$line is $tone", ({ line, tone }) => {
    expect(logTone(readLogLine(line))).toBe(tone);
  });

  it("has its severity, its message and the fields that its writer gave it, and nothing of its own", () => {
    const line =
      '{"severity":"INFO","message":"m","time":"t","outcome":"retry","status":422,"to":"you","stack_trace":"s"' +
      ',"logging.googleapis.com/labels":{"queue":"email","taskId":"abc"}}';

    expect(readLogLine(line)).toEqual({
      ...{ severity: "INFO", message: "m", fields: { to: "you" }, isStructured: true },
      ...{ stack: "s", task: { queue: "email", id: "abc" }, outcome: "retry" },
    });
  });

  it("says a message that is no text as JSON", () => {
    expect(readLogLine('{"message":{"a":1}}').message).toBe('{"a":1}');
  });

  it("is shown as it is where it has no structure, up to a length", () => {
    const line = "x".repeat(5000);

    const shown = { severity: "DEFAULT", fields: {}, isStructured: false };
    expect(readLogLine(line)).toEqual({ ...shown, message: "x".repeat(4096) });
  });
});
