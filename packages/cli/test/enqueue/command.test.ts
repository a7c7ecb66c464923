import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { copyFixtureProject } from "../../../../test/support/fixtureProject.ts";

const COMMAND = resolve("packages/cli/main.ts");
const directory = mkdtempSync(join(tmpdir(), "enqueue-"));
copyFixtureProject(directory);
symlinkSync(resolve("node_modules"), join(directory, "node_modules"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs `npm run enqueue` where the tasks are those of the fixture, and nothing answers. */
function enqueue(...args: readonly string[]) {
  const options = { cwd: directory, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync("node", [COMMAND, "enqueue", ...args], options);
  return { status, stdout, stderr };
}

const MAIL = `'{"to":"you@example.com","subject":"subject","text":"text"}'`;
const DIGEST = `'{"recipients":["team@example.com"],"timeZone":"Europe/Berlin","dayStartsAt":"06:00"}'`;

describe("npm run enqueue", () => {
  it("lists the tasks without arguments, with their queue and an example each", () => {
    expect(enqueue()).toEqual({
      status: 0,
      stderr: "",
      stdout: `┌─────────────┬─────────┐
│ Task        │ Queue   │
├─────────────┼─────────┤
│ send-email  │ email   │
├─────────────┼─────────┤
│ send-digest │ default │
└─────────────┴─────────┘
An example of each:
  npm run enqueue -- send-email ${MAIL}
  npm run enqueue -- send-digest ${DIGEST}
The fields of one's payload: npm run enqueue -- <task>
`,
    });
  });

  it("shows the fields of a task without a payload, and an example for that stack", () => {
    expect(enqueue("send-email", "--port", "9000")).toEqual({
      status: 2,
      stdout: "",
      stderr: `Task 'send-email' needs its payload, as JSON, or '--file' with one in each line.
┌─────────┬──────────────────────────────────┬──────────┐
│ Field   │ Type                             │ Needed   │
├─────────┼──────────────────────────────────┼──────────┤
│ to      │ string, email                    │ required │
├─────────┼──────────────────────────────────┼──────────┤
│ subject │ string, 1 to 200 characters      │ required │
├─────────┼──────────────────────────────────┼──────────┤
│ text    │ string, at most 50000 characters │ required │
└─────────┴──────────────────────────────────┴──────────┘
Example:
  npm run enqueue -- send-email ${MAIL} --port 9000
'npm run enqueue -- --help' says what it takes.
`,
    });
  });

  it("knows which task was meant, before it asks any cloud", () => {
    expect(enqueue("send-mail", "{}")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "Unknown task 'send-mail'. Did you mean 'send-email'? Known tasks: 'send-email', 'send-digest'.\n" +
        "'npm run enqueue -- --help' says what it takes.\n",
    });
  });

  it("takes a payload or a file, not both", () => {
    expect(enqueue("send-email", "{}", "--file", "mails.jsonl")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "Give either a payload or '--file', not both.\n" +
        "'npm run enqueue -- --help' says what it takes.\n",
    });
  });

  describe("of a file", () => {
    const EXAMPLE = `Each line is one payload, as JSON, such as:
  ${MAIL.slice(1, -1)}
Nothing was enqueued.
`;

    /** Enqueues a file that holds that. */
    function enqueueFile(text: string) {
      const file = join(directory, "mails.jsonl");
      writeFileSync(file, text);
      return enqueue("send-email", "--file", "mails.jsonl", "--port", "9");
    }

    it("says of which lines what is wrong, and where, before it asks any cloud", () => {
      const lines = [`{"to":"a@b.c"}`, `{"to": "x",}`, "", "abc", `{"to": "x"`, `[1, tru, "é"]`];

      expect(enqueueFile(lines.join("\r\n"))).toEqual({
        status: 2,
        stdout: "",
        stderr: `'mails.jsonl' has lines that are not JSON:
  line 2, column 12: Expected double-quoted property name
  line 4, column 1: Unexpected token 'a', "abc" is not valid JSON
  line 5, column 11: Expected ',' or '}' after property value
  line 6, column 8: Unexpected token ',', "[1, tru, "é"]" is not valid JSON
${EXAMPLE}`,
      });
    });

    it("says which lines the task does not take, before it enqueues any", () => {
      const mail = MAIL.slice(1, -1);

      expect(enqueueFile(`${mail}\n{}\n${mail}\n[]\n`)).toEqual({
        status: 2,
        stdout: "",
        stderr: `'mails.jsonl' has lines that the task does not take:
  Line 2: Payload of task 'send-email' does not fit its schema: 'to' is missing; 'subject' is missing; 'text' is missing.
  Line 4: Payload of task 'send-email' does not fit its schema: it must be an object.
${EXAMPLE}`,
      });
    });

    it("tells twenty of its problems", () => {
      const { stderr } = enqueueFile("x\n".repeat(23));

      expect(stderr.split("\n").slice(20, 22)).toEqual([
        `  line 20, column 1: Unexpected token 'x', "x" is not valid JSON`,
        "  and 3 more",
      ]);
    });

    it.each([
      ["[\n  {},\n  {}\n]", ".[]"],
      ['{\n  "to": "a@b.c"\n}', "."],
    ])("says how %j becomes lines", (text, filter) => {
      expect(enqueueFile(text)).toEqual({
        status: 2,
        stdout: "",
        stderr: `'mails.jsonl' is one JSON text over several lines. 'jq -c ${filter} <file>' makes a line of each payload.
${EXAMPLE}`,
      });
    });

    it.each(["", "\n \n", "\uFEFF"])("refuses one without a payload: %j", (text) => {
      expect(enqueueFile(text)).toEqual({
        status: 2,
        stdout: "",
        stderr: `'mails.jsonl' has no payload.\n${EXAMPLE}`,
      });
    });

    it("takes the mark of UTF-8 that some editors write", () => {
      expect(enqueueFile(`\uFEFF${MAIL.slice(1, -1)}\n`).stderr).toMatch(
        /^No local cloud answers /,
      );
    });

    it.each([
      ["none", "it is not there"],
      [".", "it is a folder"],
    ])("refuses '%s': %s", (file, why) => {
      expect(enqueue("send-email", "--file", file)).toEqual({
        status: 2,
        stdout: "",
        stderr: `'${file}' cannot be read: ${why}. Nothing was done.\n`,
      });
    });
  });

  it("says where a payload is not JSON", () => {
    expect(enqueue("send-email", "{to")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "The payload is not JSON: column 2: Expected property name or '}'. It reads: {to (its quotes are gone: put it " +
        "in single quotes)\n",
    });
  });
});
