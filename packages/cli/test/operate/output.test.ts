import { PassThrough } from "node:stream";
import { ask, terminalOutput } from "../../operate/output.ts";

/** Asks at a terminal where these keys are pressed, and then nothing more. */
function asked(keys: string) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const answer = ask("Go on? [y/N] ", { input, output });
  input.end(keys);
  return { answer, output };
}

describe("a question", () => {
  it("is answered by a line", async () => {
    await expect(asked("y\r").answer).resolves.toBe("y");
  });

  it.each([
    ["Ctrl+C", "\x03"],
    ["Ctrl+D", "\x04"],
    ["Ctrl+C in the midst of an answer", "ye\x03"],
    ["nothing, by a terminal that is gone", ""],
  ])("is not confirmed by %s", async (_, keys) => {
    const { answer, output } = asked(keys);

    await expect(answer).rejects.toMatchObject({
      exitCode: 3,
      message: "Not confirmed. Nothing was done.",
    });
    expect(String(output.read())).toMatch(/\n$/);
  });
});

const WRITTEN = "send-email\u001b[31m\u0007";

describe("What a command prints", () => {
  const { isTTY } = process.stdout;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.stdout.isTTY = isTTY;
  });

  it.each([
    {
      where: "is shown by a terminal, which obeys none of it",
      tty: true,
      line: "send-email\ufffd",
    },
    { where: "is what it is for a program", tty: false, line: WRITTEN },
  ])("$where", ({ tty, line }) => {
    process.stdout.isTTY = tty;
    terminalOutput().print(WRITTEN);

    expect(lines).toEqual([line]);
  });
});
