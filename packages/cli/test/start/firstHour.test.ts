import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { curlStatus } from "../support/curlStatus.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { RunningScript } from "../support/runningScript.ts";

/*
 * The first hour of somebody who tries the project: what they type, and what they read. `FIRST_HOUR=<file> npm test -- firstHour`
 * writes the transcript.
 */

const HANDLER = "worker/handlers/sendEmail.ts";
const MAIL = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';
/** Far from where anybody's own 'npm start' listens. */
const OFFSET = 9000 + (process.pid % 1000) * 8;

const project = new ProjectCopy();
const transcript: string[] = [];
let cloud: RunningScript;
/** How far the terminal of `npm start` has been read. */
let read = 0;

/** What differs from one hour to the next, as it is told: times, ids, ports, names that Google makes. */
function normalise(line: string): string {
  return line
    .replace(/\b\d\d:\d\d:\d\d\.\d{3}\b/g, "<time>")
    .replace(/\b\d+(\.\d+)? (ms|s)\b/g, "<n> $2")
    .replace(/\b(local-[a-z-]+)-[0-9a-f]{8}\b/g, "$1-<hex>")
    .replace(/\b(send-\w+) [0-9a-f]{8}\b/g, "$1 <id>")
    .replace(/\(task [0-9a-f]{8}\)/g, "(task <id>)")
    .replace(/tasks\/[0-9a-f]{32}/g, "tasks/<id>")
    .replace(/-\d{5}-[a-z]{3}\b/g, "-<revision>")
    .replace(/local-worker-\w{10}-ew/g, "local-worker-<hash>-ew")
    .replace(/port \d{4,5}\b(?! on)/g, "port <port>")
    .replace(new RegExp(String(OFFSET + 8123), "g"), "<port>");
}

const TYPES = /^(?:Checking the types …|There are no type errors\.)$/;

/** The lines of `npm start` since the last time, up to one that matches. */
async function until(matches: RegExp): Promise<string[]> {
  await cloud.line((line) => matches.test(normalise(line)));
  // What belongs to a delivery is told together, a moment later.
  const lines = cloud.stdout.slice(read).map(normalise);
  const end = lines.findIndex((line) => matches.test(line)) + 1;
  read += end;
  transcript.push(...lines.slice(0, end));
  // Types are told when the compiler is through, whatever else happens then.
  return lines.slice(0, end).filter((line) => !TYPES.test(line));
}

/** What a command in another terminal prints, and how it ends. */
async function type(command: string, ...args: string[]) {
  const ran = new RunningScript("packages/cli/main.ts", [command, ...args], {
    cwd: project.directory,
    env: project.env,
  });
  const { code } = await ran.ended;
  const lines = [...ran.stdout, ...ran.stderr].map(normalise);
  await ran[Symbol.asyncDispose]();
  transcript.push("", `$ npm run tasks -- ${command} ${args.join(" ")}`, ...lines);
  return { code, lines };
}

const PORT = `--port=${OFFSET + 8123}`;

/** Saves a file with another text in it. */
function save(file: string, from: string, to: string): () => void {
  transcript.push("", `(${file} is saved with ${JSON.stringify(to.trim())})`);
  return project.edit(file, from, to);
}

beforeAll(() => {
  // A handler is mended before its task has used up its attempts, however slow the machine.
  project.edit("Pulumi.local.yaml", "retryConfig: { ", "retryConfig: { maxAttempts: 90, ");
  cloud = new RunningScript("packages/cli/main.ts", ["start", `--port-offset=${OFFSET}`], {
    cwd: project.directory,
    env: project.env,
  });
  transcript.push(`$ npm start -- --port-offset ${OFFSET}`);
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  project[Symbol.dispose]();
  const file = process.env["FIRST_HOUR"];
  if (file !== undefined) writeFileSync(file, `${transcript.join("\n")}\n`);
});

// Each goes on where the one before ended, as an hour does.
describe("The first hour", () => {
  it("begins with what is where, and what each line answers that is pasted", async () => {
    const banner = await until(/^Ctrl-C/);

    const from = banner.indexOf("");
    expect(banner.slice(from)[1]).toMatch(/^Ready in <n> s\.$/);
    const curls = cloud.stdout.slice(0, read).flatMap((line) => {
      const [, told, curl] = /: (\d{3}) +(curl .*)$/.exec(line) ?? [];
      return told === undefined ? [] : [{ told, curl: curl! }];
    });
    expect(curls.map(({ told }) => told)).toEqual(["404", "403", "200"]);
    for (const { told, curl } of curls) {
      expect(await curlStatus(project.directory, curl)).toBe(told);
    }
    await until(/refused .*403/);
    expect(banner).toContain("The schedules, and how to run one now:");
    expect(banner).toContain("    npm run tasks -- run daily-digest --port <port>");
  });

  it("goes on with a task that is done", async () => {
    const { code, lines } = await type("enqueue", "send-email", MAIL, PORT);

    expect(code).toBe(0);
    expect(lines).toEqual([
      "Enqueued projects/local-project/locations/europe-west1/queues/local-email-<hex>/tasks/<id>",
    ]);
    const told = await until(/delivery 1/);
    expect(told.filter((line) => !/ {2}(refused|mail) /.test(line))).toEqual([
      "<time>  enqueued     email  send-email <id>",
      "<time>  delivery 1   email  send-email <id>  204 in <n> ms",
    ]);
  });

  it("shows where a handler fails, and that it is done once that is mended", async () => {
    const undo = save(
      HANDLER,
      "    try {\n",
      '    log.info({ to, tries: 1 }, "Sending.");\n    if (subject === "Bad") throw new Error("boom");\n    try {\n',
    );
    await until(/changes in/);
    await type("enqueue", "send-email", MAIL.replace("Hello", "Bad"), PORT);

    const line = readFileSync(join(project.directory, HANDLER), "utf8")
      .split("\n")
      .findIndex((text) => text.includes('new Error("boom")'));
    const failed = await until(/at worker/);
    expect(failed.slice(-4)).toEqual([
      "<time>  delivery 1   email  send-email <id>  422 in <n> ms; next at <time>",
      `${" ".repeat(27)}INFO    Sending. { to: 'ada@example.com', tries: 1 }`,
      `${" ".repeat(27)}WARNING Task 'send-email' failed on attempt 1 of 90: boom`,
      expect.stringMatching(
        new RegExp(`^ {29}at .*worker/handlers/sendEmail\\.ts:${line + 1}:\\d+`),
      ),
    ]);
    undo();
    transcript.push("", `(${HANDLER} is saved as it was)`);
    const done = await until(/delivery \d+ .*204/);
    expect(done.at(-1)).not.toContain("dead letter");
    // The one may be told before the other, and the other before the one.
    if (!done.some((told) => told.includes("changes in"))) await until(/changes in/);
  });

  it("names the dead letter that a task becomes", async () => {
    const undo = save(
      HANDLER,
      "    try {\n",
      '    throw new PermanentError("no such user");\n    try {\n',
    );
    await until(/changes in/);
    await type("enqueue", "send-email", MAIL, PORT);

    const told = await until(/dead letter  /);
    expect(told.find((one) => one.includes("delivery 1"))).toBe(
      "<time>  delivery 1   email  send-email <id>  204 in <n> ms; it is a dead letter now",
    );
    expect(told.at(-1)).toBe(
      "<time>  dead letter  email  send-email <id> (task <id>)  permanent-error: no such user",
    );
    undo();
    await until(/changes in/);
  });

  it("says calmly that a task has no handler yet, while the worker goes on, and takes it then", async () => {
    const undo = save("worker/handlers/index.ts", '  "send-digest": sendDigest,\n', "");

    expect(await until(/keeps running/)).toEqual([
      expect.any(String),
      "worker/handlers/index.ts changed; deploying again:",
      "Task 'send-digest' has no handler yet: add it to worker/handlers/index.ts.",
      "What was deployed before keeps running.",
    ]);
    await type("enqueue", "send-email", MAIL, PORT);
    await until(/delivery 1 .*204/);
    undo();
    await until(/^All is there now: (?:Nothing to change \(<n> s\)|\d changes? in <n> s)\.$/);
  });

  it("says as calmly which file does not export yet what is imported, and when it does", async () => {
    const undo = save(
      "worker/handlers/sendDigest.ts",
      "export const sendDigest",
      "const sendDigest",
    );

    expect(await until(/keeps running/)).toEqual([
      expect.any(String),
      "worker/handlers/sendDigest.ts changed; deploying again:",
      "worker/handlers/sendDigest.ts does not export 'sendDigest' yet, which worker/handlers/index.ts imports: add it there.",
      "What was deployed before keeps running.",
    ]);
    await type("enqueue", "send-email", MAIL, PORT);
    await until(/delivery 1 .*204/);
    undo();
    await until(/^All is there now: /);
  });

  it("says where the worker's code does not start, or is not to be bundled", async () => {
    const undo = save(
      HANDLER,
      "export const sendEmail",
      'throw new Error("at start");\nexport const sendEmail',
    );

    const told = await until(/keeps running/);
    expect(told).toContain(
      "<time>  log          local-worker  CRITICAL The worker crashed: at start",
    );
    expect(told.find((line) => line.includes("sendEmail.ts:"))).toMatch(
      /^ {29}at worker\/handlers/,
    );
    undo();
    await until(/^Mended/);
    const unclosed = save(HANDLER, "async ({ to", "async ({{ to");
    const broken = await until(/keeps running/);
    expect(broken.join("\n")).toMatch(
      /The worker cannot be bundled[^]*worker\/handlers\/sendEmail\.ts/,
    );
    unclosed();
    await until(/^Mended/);
  });

  it("names file and key of what is wrong in tasks/ and in the stack's file", async () => {
    const undo = save("tasks/queues.ts", "maxDispatchesPerSecond: ", "maxDispatchesPerSecond: 9");
    const told = await until(/keeps running/);
    expect(told.join("\n")).toMatch(
      /tasks\/queues\.ts: queue '\w+': 'rateLimits\.maxDispatchesPerSecond' is 9\d+; /,
    );
    expect(told.join("\n")).not.toContain("pulumi config set");
    undo();
    await until(/^Mended/);

    const misspelt = save("Pulumi.local.yaml", '    "*":', '    emial: {}\n    "*":');
    const unknown = await until(/keeps running/);
    expect(unknown.join("\n")).toMatch(
      /Pulumi\.local\.yaml: .*'queues\.emial'.*Did you mean 'email'\?/,
    );
    misspelt();
    await until(/^Mended/);
  });

  it("says which edit the stack's file overrides", async () => {
    const undo = save("tasks/queues.ts", 'minBackoff: "5s"', 'minBackoff: "6s"');

    expect(await until(/has no effect here/)).toContainEqual(
      expect.stringMatching(
        /^'email\.retryConfig\.minBackoff' of tasks\/queues\.ts has no effect here: Pulumi\.local\.yaml sets '.*:queues\.\*\.retryConfig\.minBackoff' to "0\.1s"\.$/,
      ),
    );
    undo();
    await until(/has no effect here/);
  });

  it("tells that a queue is paused, resumed and purged", async () => {
    const { operations } = (await (
      await fetch(`http://127.0.0.1:${OFFSET + 8123}/local/v1/outputs`)
    ).json()) as { operations: { queues: { email: string } } };
    for (const verb of ["pause", "purge", "resume"]) {
      await fetch(`http://127.0.0.1:${OFFSET + 8123}/v2/${operations.queues.email}:${verb}`, {
        method: "POST",
      });
    }

    expect((await until(/^<time> {2}resumed/)).slice(-3)).toEqual([
      "<time>  paused       email  its tasks wait until it is resumed",
      "<time>  purged       email  the tasks that it held are gone",
      "<time>  resumed      email",
    ]);
  });

  it("runs a schedule now", async () => {
    expect((await type("run", "daily-digest", PORT)).lines).toEqual([
      "Cloud Scheduler runs 'daily-digest' now: it enqueues send-digest on default.",
      "While it waits:  npm run tasks -- list default --task send-digest --port <port>",
      "If it failed:    npm run tasks -- dead-letters --task send-digest --since 1h --port <port>",
    ]);
    await until(/schedule .*200/);
  });

  it("answers what is typed wrongly with what was meant", async () => {
    const says = async (...args: string[]) =>
      (await type(args[0]!, ...args.slice(1))).lines.join("\n");

    expect(await says("enqueue", "send-emial", "{}", PORT)).toContain("Did you mean 'send-email'?");
    expect(await says("enqueue", "send-email", PORT)).toMatch(/'?to'?.*e-?mail/i);
    expect(await says("enqueue", "send-email", "{to", PORT)).toContain("The payload is not JSON");
    expect(await says("enqueue", "send-email", '{"to":"ada"}', PORT)).toContain("'to'");
    expect(await says("run", "daily", PORT)).toContain("'daily-digest'");
    expect(await says("polcy")).toContain("Did you mean 'policy'?");
    expect(await says("start", PORT)).toContain(
      "'npm start -- --port-offset 100' moves all four ports.",
    );
    expect(await says("smoke", "--port=1")).toContain("Start one with 'npm start'");
  });

  it("sums up a failure that repeats", async () => {
    const undo = save(
      HANDLER,
      "    try {\n",
      '    if (subject === "Bad") throw new Error("boom");\n    try {\n',
    );
    await until(/changes in/);
    const mails = Array.from({ length: 30 }, (_, n) =>
      MAIL.replace("Hello", "Bad").replace("It works.", `Mail ${n}.`),
    );
    writeFileSync(join(project.directory, "mails.jsonl"), mails.join("\n"));
    await type("enqueue", "send-email", "--file=mails.jsonl", PORT);

    const told = await until(/repeated .*failed in the same way \(boom\)/);
    expect(told.filter((line) => line.includes("failed on attempt")).length).toBeLessThanOrEqual(
      80,
    );
    expect(told.filter((line) => line.includes("at worker/")).length).toBeLessThanOrEqual(8);
    undo();
  });
});
