import { debuggerAddress, isTold, logTaskId, logText, logTone } from "../../start/logLines.ts";

describe("logText", () => {
  it.each([
    { line: '{"severity":"INFO","message":"Sent."}', text: "INFO    Sent." },
    { line: '{"message":"Sent."}', text: "DEFAULT Sent." },
    { line: "plain output", text: "plain output" },
    { line: "{not JSON", text: "{not JSON" },
  ])("shows $line as $text", ({ line, text }) => {
    expect(logText(line)).toBe(text);
  });
});

describe("logTaskId", () => {
  it.each([
    { line: '{"logging.googleapis.com/labels":{"taskId":"abc"},"message":"m"}', id: "abc" },
    { line: '{"logging.googleapis.com/labels":{"taskId":5},"message":"m"}', id: undefined },
    { line: '{"message":"m"}', id: undefined },
    { line: "text", id: undefined },
  ])("of $line is $id", ({ line, id }) => {
    expect(logTaskId(line)).toBe(id);
  });
});

describe("isTold", () => {
  it.each([
    { line: '{"severity":"INFO","outcome":"done","message":"m"}', told: false },
    { line: '{"severity":"ERROR","outcome":"done","message":"m"}', told: true },
    { line: '{"severity":"WARNING","outcome":"retry","message":"m"}', told: true },
    { line: '{"severity":"INFO","message":"m"}', told: true },
    { line: '{"severity":"DEBUG","message":"m"}', told: false },
    { line: "text", told: true },
    { line: "For help, see: https://nodejs.org/en/docs/inspector", told: false },
  ])("of $line is $told", ({ line, told }) => {
    expect(isTold(line)).toBe(told);
  });
});

describe("logTone", () => {
  it.each([
    { line: '{"severity":"CRITICAL","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"not-kept","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"dead-letter","message":"m"}', tone: "plain" },
    { line: '{"severity":"WARNING","message":"m"}', tone: "plain" },
    { line: "ERROR", tone: "plain" },
  ])("of $line is $tone", ({ line, tone }) => {
    expect(logTone(line)).toBe(tone);
  });
});

describe("debuggerAddress", () => {
  it("is what Node says of its debugger", () => {
    const line = "Debugger listening on ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9";

    expect(debuggerAddress(line)).toBe("127.0.0.1:9229");
    expect(debuggerAddress("Debugger attached.")).toBeUndefined();
  });
});
