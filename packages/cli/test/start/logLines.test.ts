import { debuggerAddress, isTold, logText, logTone, readLog } from "../../start/logLines.ts";

describe("A line of a log", () => {
  it.each([
    { line: '{"severity":"INFO","message":"Sent."}', text: "INFO    Sent." },
    { line: '{"message":"Sent."}', text: "DEFAULT Sent." },
    { line: "plain output", text: "plain output" },
    { line: "{not JSON", text: "{not JSON" },
    { line: '{"no":"message"}', text: '{"no":"message"}' },
    {
      line: '{"severity":"INFO","message":"Sent.","to":"you","tries":[1,2],"deep":{"a":{"b":1}}}',
      text: "INFO    Sent. { to: 'you', tries: [ 1, 2 ], deep: { a: { b: 1 } } }",
    },
    {
      line: '{"severity":"INFO","message":"m","time":"t","outcome":"retry","status":422,"stack_trace":"s","error":"e","logging.googleapis.com/labels":{"a":"b"}}',
      text: "INFO    m",
    },
    {
      line: '{"severity":"INFO","message":"\\u001b[31mred\\u001b[0m \\u0007\\r","x":"\\u009b2J"}',
      text: "INFO    red \ufffd\ufffd { x: '\\x9B2J' }",
    },
  ])("$line is shown as $text", ({ line, text }) => {
    expect(logText(readLog(line))).toBe(text);
  });

  it.each([
    { line: '{"logging.googleapis.com/labels":{"taskId":"abc"},"message":"m"}', id: "abc" },
    { line: '{"logging.googleapis.com/labels":{"taskId":5},"message":"m"}', id: undefined },
    { line: '{"message":"m"}', id: undefined },
    { line: "text", id: undefined },
  ])("$line belongs to the task $id", ({ line, id }) => {
    expect(readLog(line).task?.id).toBe(id);
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
    expect(isTold(readLog(line))).toBe(told);
  });

  it.each([
    { line: '{"severity":"CRITICAL","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"not-kept","message":"m"}', tone: "bad" },
    { line: '{"severity":"ERROR","outcome":"dead-letter","message":"m"}', tone: "plain" },
    { line: '{"severity":"WARNING","message":"m"}', tone: "plain" },
    { line: "ERROR", tone: "plain" },
  ])("$line is $tone", ({ line, tone }) => {
    expect(logTone(readLog(line))).toBe(tone);
  });

  it("says where Node's debugger is", () => {
    const line = "Debugger listening on ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9";

    expect(debuggerAddress(readLog(line))).toBe("127.0.0.1:9229");
    expect(debuggerAddress(readLog("Debugger attached."))).toBeUndefined();
  });
});
