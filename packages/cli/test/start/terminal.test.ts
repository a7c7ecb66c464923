import { Terminal, type TerminalOptions } from "../../start/terminal.ts";

const queue = "projects/p/locations/l/queues/local-email-1a2b3c";
const task = `${queue}/tasks/0123456789abcdef`;
const url = "https://worker.example/tasks/send-email";
const now = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
const time = new Date(now).toISOString();
const delivery = {
  queue,
  task,
  url,
  dispatchCount: 1,
  scheduleTime: now,
  dispatchTime: now,
  durationMs: 3,
} as const;
const failed = { ...delivery, status: 422, retryTime: now };
const addresses = {
  console: "http://127.0.0.1:8123/#token",
  api: "http://127.0.0.1:8123",
  inside: "http://127.0.0.1:8124",
  grpc: "127.0.0.1:8125",
  workers: { worker: "https://w.run.app" },
  mail: "smtp://127.0.0.1:8126",
};

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A terminal, and what it writes, without colours. */
function makeTerminal(options: Partial<TerminalOptions> = {}) {
  const lines: string[] = [];
  const terminal = new Terminal({
    quiet: false,
    json: false,
    isColored: false,
    write: (line) => lines.push(line),
    now: () => now,
    framesOf: (stack) => stack.split("|").slice(1),
    ...options,
  });
  terminal.nameQueues(new Map([[queue, "email"]]));
  return { terminal, lines };
}

/** A line that the worker writes about the task above. */
function log(fields: object, taskId = "0123456789abcdef", ofQueue = "email") {
  const line = JSON.stringify({
    severity: "INFO",
    message: "Sending.",
    ...fields,
    "logging.googleapis.com/labels": { taskId, queue: ofQueue },
  });
  return { service: "w", revision: "w-1", line, stream: "stdout" } as const;
}

const FIRST = { enqueue: "npm run enqueue -- …", schedules: [], flag: "" };

const DELIVERY_LINE =
  "03:04:05.006  delivery 1   email  send-email 01234567  422 in 3 ms; next at 03:04:05.006";
const INDENT = " ".repeat(27);
const LOG_LINE = `${INDENT}INFO    Sending.`;
/** What the worker says of a delivery that failed. */
const RETRY = {
  severity: "WARNING",
  message: "Task 'send-email' failed on attempt 1 of 8: No disk.",
  outcome: "retry",
  stack_trace: "Error: No disk.|at one (worker/a.ts:1:2)|at two (worker/b.ts:3:4)",
};
const RETRY_LINES = [
  DELIVERY_LINE,
  `${INDENT}WARNING Task 'send-email' failed on attempt 1 of 8: No disk.`,
];

describe("Terminal", () => {
  it("shows an event on a line, with the time and the logical name of the queue", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("taskCreated", { queue, task, url, headers: {}, scheduleTime: 0 });

    expect(lines).toEqual(["03:04:05.006  enqueued     email  send-email 01234567"]);
  });

  it("colours lines only where it is told to", () => {
    const { terminal, lines } = makeTerminal({ isColored: true });

    terminal.problem("Broken.");

    expect(lines).toEqual(["\u001b[31mBroken.\u001b[39m"]);
  });

  it("holds what a handler logs until the line of its delivery", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("containerLog", log({}));
    expect(lines).toEqual([]);
    terminal.event("deliveryFinished", failed);
    jest.advanceTimersByTime(100);

    expect(lines).toEqual([DELIVERY_LINE, LOG_LINE]);
  });

  it("shows a delivery at once where the worker has had its word", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("containerLog", log(RETRY));
    terminal.event("deliveryFinished", failed);

    expect(lines.slice(0, 2)).toEqual(RETRY_LINES);
  });

  it("keeps the line of a delivery for what its worker says of it a moment later", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("deliveryFinished", failed);
    terminal.event("taskCreated", {
      queue,
      task: `${queue}/tasks/77777777`,
      url,
      headers: {},
      scheduleTime: 0,
    });
    terminal.event("containerLog", log(RETRY));

    expect(lines.slice(0, 3)).toEqual([
      "03:04:05.006  enqueued     email  send-email 77777777",
      ...RETRY_LINES,
    ]);
  });

  it("shows where an error was thrown, and the next time that it was thrown again", () => {
    const { terminal, lines } = makeTerminal();

    for (const dispatchCount of [1, 2]) {
      terminal.event("containerLog", log(RETRY));
      terminal.event("deliveryFinished", { ...failed, dispatchCount });
    }

    expect(lines).toEqual([
      ...RETRY_LINES,
      `${INDENT}  at one (worker/a.ts:1:2)`,
      `${INDENT}  at two (worker/b.ts:3:4)`,
      ...RETRY_LINES.map((line) => line.replace("delivery 1", "delivery 2")),
    ]);
  });

  it("shows that a delivery became a dead letter with its own line, and does not call it done", () => {
    const { terminal, lines } = makeTerminal();
    const headers = {
      "Dead-Letter-Task": "send-email",
      "Dead-Letter-Queue": "email",
      "Dead-Letter-Task-Id": "0123456789abcdef",
      "Dead-Letter-Reason": "permanent-error",
      "Dead-Letter-Error": "No%20such%20user",
    };
    const word = "Task 'send-email' is a dead letter (permanent-error): No such user";

    terminal.event("taskCreated", { queue, task, url, headers, scheduleTime: 0 });
    terminal.event(
      "containerLog",
      log({ ...RETRY, severity: "ERROR", outcome: "dead-letter", message: word }),
    );
    terminal.event("deliveryFinished", { ...delivery, status: 204, end: "done" });

    expect(lines).toEqual([
      "03:04:05.006  delivery 1   email  send-email 01234567  204 in 3 ms; it is a dead letter now",
      "03:04:05.006  dead letter  email  send-email 01234567 (task 01234567)  permanent-error: No such user",
      `${INDENT}  at one (worker/a.ts:1:2)`,
      `${INDENT}  at two (worker/b.ts:3:4)`,
    ]);
  });

  it("sums up a failure that repeats", () => {
    const { terminal, lines } = makeTerminal();
    const fail = (n: number): void => {
      const id = String(n).padStart(8, "0");
      const message = `Task 'send-email' failed on attempt 1 of 8: Port ${n} is closed.`;
      terminal.event("containerLog", log({ ...RETRY, message }, id));
      terminal.event("deliveryFinished", { ...failed, task: `${queue}/tasks/${id}` });
    };

    for (let n = 1; n <= 100; n += 1) fail(n);
    const told = lines.filter((line) => line.includes("delivery 1"));
    const before = lines.length;
    jest.advanceTimersByTime(5000);
    fail(101);
    jest.advanceTimersByTime(5000);
    // Nothing of the kind for a while.
    jest.advanceTimersByTime(10_000);
    fail(102);

    expect(told).toHaveLength(10);
    expect(before).toBe(10 * 2 + 2);
    expect(lines.slice(before, before + 2)).toEqual([
      "03:04:05.006  repeated     email  send-email  90 more deliveries failed in the same way (Port 1 is closed.)",
      "03:04:05.006  repeated     email  send-email  1 more delivery failed in the same way (Port 1 is closed.)",
    ]);
    expect(lines.slice(before + 2)[0]).toContain("delivery 1   email  send-email 00000102");
  });

  it("sums up failures that differ in their words, too", () => {
    const { terminal, lines } = makeTerminal();

    for (let n = 0; n < 1000; n += 1) {
      const id = String(n).padStart(8, "0");
      const word = n.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)]!);
      const message = `Task 'send-email' failed on attempt 1 of 8: No mailbox for ${word}.`;
      terminal.event("containerLog", log({ ...RETRY, message }, id));
      terminal.event("deliveryFinished", { ...failed, task: `${queue}/tasks/${id}` });
    }
    const told = lines.filter((line) => line.includes("delivery 1"));
    jest.advanceTimersByTime(5000);

    expect(told).toHaveLength(15);
    expect(lines.filter((line) => line.includes("repeated"))).toEqual([
      expect.stringMatching(/985 more deliveries failed in the same way/),
    ]);
  });

  it("keeps tasks of one id on two queues apart", () => {
    const { terminal, lines } = makeTerminal();
    const other = queue.replace("email", "other");

    terminal.event("containerLog", log(RETRY, "0123456789abcdef", "local-other-1a2b3c"));
    terminal.event("deliveryFinished", { ...delivery, status: 204, end: "done" });
    jest.advanceTimersByTime(100);
    terminal.event("deliveryFinished", {
      ...failed,
      queue: other,
      task: `${other}/tasks/0123456789abcdef`,
    });

    expect(lines.slice(0, 3)).toEqual([
      "03:04:05.006  delivery 1   email  send-email 01234567  204 in 3 ms",
      "03:04:05.006  delivery 1   local-other-1a2b3c  send-email 01234567  422 in 3 ms; next at 03:04:05.006",
      RETRY_LINES[1],
    ]);
  });

  it("lets nobody forge a line, or move what is shown", () => {
    const { terminal, lines } = makeTerminal();

    terminal.mail(["ada@example.com"], "\u001b]0;title\u0007Hello\n03:04:05.006  delivery 1");
    terminal.event("taskCreated", {
      ...{ queue, task, url, scheduleTime: 0 },
      headers: { "Dead-Letter-Reason": "permanent-error", "Dead-Letter-Error": "100%" },
    });

    expect(lines).toEqual([
      `03:04:05.006  mail         ada@example.com  Hello\n${INDENT}03:04:05.006  delivery 1`,
      "03:04:05.006  dead letter  ?  ? 01234567  permanent-error: 100%",
    ]);
  });

  it("does not sum up what fails in another way", () => {
    const { terminal, lines } = makeTerminal();

    for (const reason of ["No disk.", "No paper."]) {
      for (let n = 0; n < 10; n += 1) {
        const message = `Task 'send-email' failed on attempt 1 of 8: ${reason}`;
        terminal.event("containerLog", log({ ...RETRY, message }));
        terminal.event("deliveryFinished", failed);
      }
    }
    jest.advanceTimersByTime(5000);

    expect(lines.filter((line) => line.includes("delivery 1"))).toHaveLength(20);
    expect(lines.filter((line) => line.includes("repeated"))).toEqual([]);
  });

  it("counts deliveries, and leaves it to the worker which attempt it was", () => {
    const { terminal, lines } = makeTerminal();
    const message = "Task 'send-email' failed on attempt 1 of 8: No disk.";

    terminal.event("containerLog", log({ severity: "WARNING", message, outcome: "retry" }));
    terminal.event("deliveryFinished", { ...failed, dispatchCount: 3 });

    expect(lines).toEqual([
      DELIVERY_LINE.replace("delivery 1", "delivery 3"),
      `${INDENT}WARNING ${message}`,
    ]);
  });

  it("shows what a handler logs after two seconds, if it is still at work", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("containerLog", log({}));
    jest.advanceTimersByTime(1999);
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(1);

    expect(lines).toEqual([LOG_LINE]);
  });

  it("shows a line that comes after the line of its delivery at once", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("deliveryFinished", failed);
    jest.advanceTimersByTime(100);
    terminal.event("containerLog", log({}));

    expect(lines).toEqual([DELIVERY_LINE, LOG_LINE]);
  });

  it("holds the lines of the next delivery again", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("deliveryFinished", failed);
    jest.advanceTimersByTime(600);
    terminal.event("containerLog", log({}));

    expect(lines).toEqual([DELIVERY_LINE]);
  });

  it("says in its own words that a container did not start, whose log it has shown", () => {
    const { terminal, lines } = makeTerminal();
    const google =
      "Cannot update 'worker': Revision 'w-1' is not ready and cannot serve traffic. The user-provided container " +
      "failed to start and listen on the port defined provided by the PORT environment variable within the " +
      "allocated timeout (exit code 1).";

    terminal.problem(`${google} Its last lines:\n  {"a":1}\n  more`);
    terminal.problem(`${google} It wrote nothing.`);

    expect(lines).toEqual([
      "Cannot update 'worker': Revision 'w-1' is not ready and cannot serve traffic. It did not start (exit code 1); its log is above.",
      "Cannot update 'worker': Revision 'w-1' is not ready and cannot serve traffic. It did not start (exit code 1); its log is above.",
    ]);
  });

  it("keeps the lines of tasks apart", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("containerLog", log({ message: "Another's." }, "another"));
    terminal.event("deliveryFinished", failed);
    jest.advanceTimersByTime(100);

    expect(lines).toEqual([DELIVERY_LINE]);
  });

  it("does not repeat that a delivery succeeded, and shows no DEBUG lines", () => {
    const { terminal, lines } = makeTerminal();

    terminal.event("containerLog", log({ severity: "DEBUG", message: "Details." }));
    terminal.event("containerLog", log({ outcome: "done", message: "Task is done." }));
    terminal.event("deliveryFinished", { ...delivery, status: 204, end: "done" });

    expect(lines).toEqual(["03:04:05.006  delivery 1   email  send-email 01234567  204 in 3 ms"]);
  });

  it("shows a log line that belongs to no task as it comes", () => {
    const { terminal, lines } = makeTerminal();
    const line = '{"severity":"INFO","message":"The worker listens."}';

    terminal.event("containerLog", { service: "w", revision: "w-1", line, stream: "stdout" });

    expect(lines).toEqual(["03:04:05.006  log          w  INFO    The worker listens."]);
  });

  it.each([
    { operation: "create", sign: "+" },
    { operation: "update", sign: "~" },
    { operation: "replace", sign: "±" },
    { operation: "delete", sign: "-" },
  ] as const)("shows a resource that is to $operation by '$sign'", ({ operation, sign }) => {
    const { terminal, lines } = makeTerminal();

    terminal.changed({ operation, type: "gcp:cloudtasks/queue:Queue", name: "email" });

    expect(lines).toEqual([`  ${sign} gcp:cloudtasks:Queue               email`]);
  });

  it("names no worker where nothing is deployed", () => {
    const { terminal, lines } = makeTerminal();
    const { console, api, inside, grpc, mail } = addresses;

    terminal.ready({ console, api, inside, grpc, workers: {}, mail }, 1234);

    expect(lines.join("\n")).toBe(`
Ready in 1.2 s.

  Console       http://127.0.0.1:8123/#token
  Google's API  http://127.0.0.1:8123
    over gRPC   127.0.0.1:8125
  Mail          smtp://127.0.0.1:8126

Ctrl-C stops everything.
`);
  });

  it("says where everything is", () => {
    const { terminal, lines } = makeTerminal();

    terminal.ready(addresses, 1234, {
      enqueue: "npm run enqueue -- …",
      schedules: [{ schedule: "daily", next: "Fri, 2 Jan 2026, 08:00 (Europe/Berlin)" }],
      flag: " --port 9000",
    });

    expect(lines.join("\n")).toBe(`
Ready in 1.2 s.

  Console               http://127.0.0.1:8123/#token
  Google's API          http://127.0.0.1:8123
    over gRPC           127.0.0.1:8125
  Worker                https://w.run.app
    from outside: 404   curl -i -H 'Host: w.run.app' http://127.0.0.1:8123/health
    from inside: 403    curl -i -H 'Host: w.run.app' http://127.0.0.1:8124/health
    as its queues: 200  curl -i -H "Authorization: Bearer $(npm run --silent token)" -H 'Host: w.run.app' http://127.0.0.1:8124/health
  Mail                  smtp://127.0.0.1:8126

Enqueue a task from another terminal:
  npm run enqueue -- …

The schedules, and how to run one now:
  daily: Fri, 2 Jan 2026, 08:00 (Europe/Berlin)
    npm run tasks -- run daily --port 9000

Ctrl-C stops everything.
`);
  });

  it("says where each of several workers is, and how to call it", () => {
    const { terminal, lines } = makeTerminal();
    const workers = { worker: "https://w.run.app", reports: "https://r.run.app" };

    terminal.ready({ ...addresses, api: "http://127.0.0.1:9000", workers }, 1234);

    const { inside } = addresses;
    expect(lines.filter((line) => /run\.app/.test(line))).toEqual([
      "  Worker 'worker'       https://w.run.app",
      "    from outside: 404   curl -i -H 'Host: w.run.app' http://127.0.0.1:9000/health",
      `    from inside: 403    curl -i -H 'Host: w.run.app' ${inside}/health`,
      '    as its queues: 200  curl -i -H "Authorization: Bearer $(npm run --silent token -- --port 9000 --worker worker)" ' +
        `-H 'Host: w.run.app' ${inside}/health`,
      "  Worker 'reports'      https://r.run.app",
      "    from outside: 404   curl -i -H 'Host: r.run.app' http://127.0.0.1:9000/health",
      `    from inside: 403    curl -i -H 'Host: r.run.app' ${inside}/health`,
      '    as its queues: 200  curl -i -H "Authorization: Bearer $(npm run --silent token -- --port 9000 --worker reports)" ' +
        `-H 'Host: r.run.app' ${inside}/health`,
    ]);
  });
});

describe("Terminal with colours", () => {
  it("shows in red what is wrong, and not what is only not there yet", () => {
    const { terminal, lines } = makeTerminal({ isColored: true });

    terminal.problem("It is wrong.");
    terminal.unfinished("It is not there yet.");

    expect(lines).toEqual([
      "\u001b[31mIt is wrong.\u001b[39m",
      "\u001b[33mIt is not there yet.\u001b[39m",
    ]);
  });

  it("links a task's id to the console", () => {
    const { terminal, lines } = makeTerminal({
      isColored: true,
      linkOf: (id) => `http://127.0.0.1:8123/#token/task/${id}`,
    });

    terminal.event("taskCreated", { queue, task, url, headers: {}, scheduleTime: 0 });

    const id = task.slice(task.lastIndexOf("/") + 1);
    expect(lines[0]).toContain(
      ` \u001b]8;;http://127.0.0.1:8123/#token/task/${id}\u0007${id.slice(0, 8)}\u001b]8;;\u0007`,
    );
  });
});

describe("Terminal with --quiet", () => {
  it("shows what was asked for where a dead letter names no task", () => {
    const { terminal, lines } = makeTerminal({ quiet: true });
    const headers = {
      "Dead-Letter-Request": "PUT%20%2Ftasks%2Fsend-email",
      "Dead-Letter-Queue": "email",
      "Dead-Letter-Task-Id": "fedcba9876543210",
      "Dead-Letter-Reason": "attempts-exhausted",
      "Dead-Letter-Error": "It%20names%20no%20task.",
    };

    terminal.event("taskCreated", { queue, task, url, headers, scheduleTime: 0 });
    jest.advanceTimersByTime(2000);

    expect(lines).toEqual([
      expect.stringMatching(
        /dead letter {2}email {2}PUT \/tasks\/send-email 01234567 \(task fedcba98\) {2}attempts-exhausted: It names no task\.$/,
      ),
    ]);
  });

  it("shows errors and dead letters", () => {
    const { terminal, lines } = makeTerminal({ quiet: true });
    const headers = {
      "Dead-Letter-Task": "send-email",
      "Dead-Letter-Queue": "email",
      "Dead-Letter-Task-Id": "fedcba9876543210",
      "Dead-Letter-Reason": "permanent-error",
      "Dead-Letter-Error": "No%20such%20user",
    };

    terminal.problem("The worker cannot be bundled.");
    terminal.unfinished("Task 'a' has no handler yet.");
    terminal.event("taskCreated", { queue, task, url, headers, scheduleTime: 0 });
    terminal.event("denied", { member: "m", permission: "p", resource: "r" });
    terminal.event("containerLog", log({ severity: "ERROR", message: "Cannot be kept." }));
    terminal.event("deliveryFinished", failed);
    jest.advanceTimersByTime(2000);

    expect(lines).toEqual([
      "The worker cannot be bundled.",
      "Task 'a' has no handler yet.",
      "03:04:05.006  denied       m lacks p on r",
      `${INDENT}ERROR   Cannot be kept.`,
      "03:04:05.006  dead letter  email  send-email 01234567 (task fedcba98)  permanent-error: No such user",
    ]);
  });

  it("shows nothing else", () => {
    const { terminal, lines } = makeTerminal({ quiet: true });

    terminal.say("Deploying.");
    terminal.changed({ operation: "create", type: "gcp:a/b:C", name: "c" });
    terminal.ready(addresses, 1234, FIRST);
    terminal.mail(["ada@example.com"], "Hello");
    terminal.event("taskCreated", { queue, task, url, headers: {}, scheduleTime: 0 });
    terminal.event("containerLog", log({}));
    terminal.event("containerLog", log({ severity: "ERROR", outcome: "dead-letter" }));
    terminal.event("deliveryFinished", failed);
    terminal.event("deliveryFinished", { ...delivery, status: 204, end: "done" });
    jest.advanceTimersByTime(10_000);

    expect(lines).toEqual([]);
  });
});

describe("Terminal with --json", () => {
  it("writes an object a line, with the time and the name of the event", () => {
    const { terminal, lines } = makeTerminal({ json: true });
    const change = { operation: "create", type: "gcp:a/b:C", name: "c" } as const;
    const line = log({ severity: "DEBUG" });

    terminal.say("\nStopping.");
    terminal.problem("Broken.");
    terminal.changed(change);
    terminal.ready(addresses, 1234.5, FIRST);
    terminal.mail(["ada@example.com"], "Hello");
    terminal.event("containerLog", line);
    terminal.event("deliveryFinished", failed);

    expect(lines.map((one): unknown => JSON.parse(one))).toEqual([
      { time, event: "message", text: "Stopping." },
      { time, event: "problem", text: "Broken." },
      { time, event: "resource", ...change },
      { time, event: "ready", addresses, durationMs: 1235 },
      { time, event: "mail", to: ["ada@example.com"], subject: "Hello" },
      { time, event: "containerLog", ...line },
      { time, event: "deliveryFinished", ...failed },
    ]);
  });
});
