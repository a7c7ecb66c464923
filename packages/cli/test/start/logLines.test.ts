import { readLogLine } from "../../operate/show/logLine.ts";
import { debuggerAddress, logText } from "../../start/logLines.ts";

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
    expect(logText(readLogLine(line))).toBe(text);
  });

  it("says where Node's debugger is", () => {
    const line = "Debugger listening on ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9";

    expect(debuggerAddress(readLogLine(line))).toBe("127.0.0.1:9229");
    expect(debuggerAddress(readLogLine("Debugger attached."))).toBeUndefined();
  });
});
