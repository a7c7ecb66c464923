import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
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
      stderr: `error: task 'send-email' needs its payload, as JSON, or '--file' with one in each line.
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
        "error: unknown task 'send-mail'. Did you mean 'send-email'? Known tasks: 'send-email', 'send-digest'.\n" +
        "'npm run enqueue -- --help' says what it takes.\n",
    });
  });

  it("takes a payload or a file, not both", () => {
    expect(enqueue("send-email", "{}", "--file", "mails.jsonl")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "error: give either a payload or '--file', not both.\n" +
        "'npm run enqueue -- --help' says what it takes.\n",
    });
  });
});
