import { pathToFileURL } from "node:url";
import { runCommandLine, type CommandTable } from "../../command/commandLine.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { COMMANDS } from "../../commands.ts";

/** What a command line printed and how it ended. */
async function run(argv: readonly string[], table: CommandTable = COMMANDS) {
  const printed = { out: "", err: "" };
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed.out += String(text);
      return true;
    }),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed.err += String(text);
      return true;
    }),
    jest.spyOn(console, "error").mockImplementation((text) => {
      printed.err += `${String(text)}\n`;
    }),
  ];
  process.exitCode = 0;
  await runCommandLine(argv, table);
  const code = process.exitCode;
  process.exitCode = 0;
  for (const spy of spies) spy.mockRestore();
  return { ...printed, code };
}

const NAMES = Object.keys(COMMANDS);

describe("The command line", () => {
  it.each(NAMES)("prints the help of '%s', and does nothing else", async (name) => {
    const { out, err, code } = await run([name, "--help"]);

    const { script = `npm run tasks -- ${name}` } = COMMANDS[name]!;
    const usage = script.startsWith("npm run tasks") ? script : `${script} --`;
    expect(out).toMatch(
      new RegExp(`^Usage: ${usage} \\[options\\].*\\n\\n[A-Z][^]*\\n  -h, --help +print this\\n`),
    );
    expect(err).toBe("");
    expect(code).toBe(0);
  });

  it("lists all commands, and how to learn more", async () => {
    const { out, code } = await run(["--help"]);

    for (const name of NAMES) expect(out).toMatch(new RegExp(`^  ${name} +[A-Z]`, "m"));
    expect(out).toContain("What one of them takes: npm run tasks -- <command> --help\n");
    expect(code).toBe(0);
  });

  it("names the place in a file of the project that cannot be read", async () => {
    const act = () => {
      const error = new SyntaxError("Expression expected");
      const { href } = pathToFileURL("tasks/queues.ts");
      error.stack = `${href}:27\n}}\n^\n\nSyntaxError: Expression expected\n    at a (node:b:1:2)`;
      throw error;
    };
    const table: CommandTable = {
      act: { summary: "Acts.", load: async () => ({ configure: (one) => void one.action(act) }) },
    };

    expect(await run(["act"], table)).toEqual({
      out: "",
      err: "tasks/queues.ts:27\n}}\n^\n\nSyntaxError: Expression expected\n",
      code: 1,
    });
  });

  it("ends with the code that an error has", async () => {
    const act = () => {
      throw new CommandError(EXIT.permission, "You may not.");
    };
    const table: CommandTable = {
      act: { summary: "Acts.", load: async () => ({ configure: (one) => void one.action(act) }) },
    };

    expect(await run(["act"], table)).toEqual({ out: "", err: "You may not.\n", code: 5 });
  });

  it("suggests the command that was meant", async () => {
    expect(await run(["polcy"])).toEqual({
      out: "",
      err:
        "Unknown command 'polcy'. Did you mean 'policy'?\n" +
        "'npm run tasks -- --help' says what it takes.\n",
      code: 2,
    });
  });

  it("suggests the options that were meant", async () => {
    expect((await run(["queues", "--jsn"])).err).toBe(
      "Unknown option '--jsn'. Did you mean '--json'?\n" +
        "'npm run tasks -- queues --help' says what it takes.\n",
    );
    expect((await run(["resume", "--dry-rum"])).err).toMatch(/^Unknown option '--dry-rum'\./);
  });

  it("says what is missing and what is too much in sentences of one form", async () => {
    expect((await run(["show"])).err.split("\n")[0]).toBe("Missing required argument 'id'.");
    expect((await run(["queues", "email"])).err.split("\n")[0]).toBe(
      "Too many arguments. Expected 0 arguments but got 1: email.",
    );
  });

  it.each(["constructor", "__proto__"])("knows no command '%s'", async (name) => {
    expect((await run([name])).err).toContain(`Unknown command '${name}'.\n`);
  });

  it.each([
    { flag: "--port", wrong: "80x", says: "A port is a number from 1 to 65535." },
    { flag: "--port", wrong: "65536", says: "A port is a number from 1 to 65535." },
    {
      flag: "--stack",
      wrong: "../dev",
      says: "A stack's name has letters, digits, '-', '_' and '.', such as 'dev'.",
    },
    {
      flag: "--timeout",
      wrong: "5",
      says: "A duration is a number and 'ms', 's', 'm', 'h' or 'd', such as '90s' or '5m'.",
    },
    {
      flag: "--max-age",
      wrong: "3 days",
      says: "A duration is a number and 'ms', 's', 'm', 'h' or 'd', such as '90s' or '5m'.",
    },
    {
      flag: "--delay",
      wrong: "-1s",
      says: "A duration is a number and 'ms', 's', 'm', 'h' or 'd', such as '90s' or '5m'.",
    },
    { flag: "--pull-request", wrong: "0", says: "A pull request is a number from 1." },
    { flag: "--file", wrong: " ", says: "A path is not empty; the folder here is '.'." },
  ])("says of $flag '$wrong' the same in every command", async ({ flag, wrong, says }) => {
    const refusals = [];
    for (const name of NAMES) {
      const { err, code } = await run([name, `${flag}=${wrong}`, "--help"]);
      // Another command has no such option.
      if (!err.includes(`'${flag} <`)) continue;
      refusals.push(err.split("\n")[0]?.replace(/^Option '[^']+' /, ""));
      expect(code).toBe(2);
    }

    expect(refusals.length).toBeGreaterThan(0);
    expect([...new Set(refusals)]).toEqual([`argument '${wrong}' is invalid. ${says}`]);
  });

  it.each([
    { error: new Error("Nothing answers."), told: "Nothing answers.\n" },
    { error: "a text", told: "a text\n" },
    { error: new Error(""), told: "" },
  ])("ends with 1 where a command fails, having told $told", async ({ error, told }) => {
    const table = failing(error);

    expect(await run(["fail"], table)).toEqual({ out: "", err: told, code: 1 });
  });

  it("tells where a fault of its own is", async () => {
    const { err } = await run(["fail"], failing(new TypeError("x is undefined")));

    expect(err).toMatch(/^TypeError: x is undefined\n {4}at /);
  });

  it("calls a command without a short name by its long one", async () => {
    const { out } = await run(["fail", "--help"], failing(new Error("never")));

    expect(out).toMatch(/^Usage: npm run tasks -- fail \[options\]\n\nFails\.\n/);
  });
});

function failing(error: unknown): CommandTable {
  return {
    fail: {
      summary: "Fails.",
      load: () =>
        Promise.resolve({
          configure: (command) => {
            command.action(() => {
              throw error;
            });
          },
        }),
    },
  };
}
