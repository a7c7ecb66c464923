import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const environment = {
  PORT: "0",
  HOST: "127.0.0.1",
  TASKS_QUEUES: JSON.stringify({
    email: {
      name: "projects/p/locations/l/queues/q",
      dispatchDeadline: "60s",
      maxAttempts: 8,
      maxDeliveries: 40,
    },
  }),
  TASKS_DEAD_LETTER_QUEUE: "projects/p/locations/l/queues/dead",
  TASKS_INVOKER: "invoker@p.iam.gserviceaccount.com",
  SMTP_URL: "smtp://user:hunter2@127.0.0.1:1",
  MAIL_FROM: "noreply@example.com",
  K_SERVICE: "dev-worker",
  K_REVISION: "dev-worker-00001",
};

/** Runs the worker as a process of its own. `onLine` sees each line of its log. */
async function run(
  env: Record<string, string>,
  onLine: (
    line: Record<string, unknown>,
    kill: (signal: NodeJS.Signals) => void,
  ) => void = () => {},
  args: readonly string[] = ["test/fixtures/project/worker/main.ts"],
): Promise<{ code: number | null; lines: Record<string, unknown>[] }> {
  const child = spawn(process.execPath, args, {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    lines.push(line);
    onLine(line, (signal) => child.kill(signal));
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, lines };
}

describe("the worker's process", () => {
  it("listens, answers probes, and exits with 0 on SIGTERM", async () => {
    const probes: Promise<number>[] = [];

    const { code, lines } = await run(environment, ({ message }, kill) => {
      const port = /^The worker listens on port (\d+)\.$/.exec(String(message))?.[1];
      if (port === undefined) return;
      const probe = fetch(`http://127.0.0.1:${port}/health`).then(({ status }) => status);
      probes.push(probe);
      void probe.finally(() => {
        kill("SIGTERM");
      });
    });

    expect(code).toBe(0);
    expect(await Promise.all(probes)).toEqual([200]);
    expect(lines.map(({ severity, message }) => ({ severity, message }))).toEqual([
      { severity: "INFO", message: expect.stringMatching(/^The worker listens on port \d+\.$/) },
      { severity: "INFO", message: "The worker is stopping." },
    ]);
    expect(lines[0]).toMatchObject({ service: "dev-worker", revision: "dev-worker-00001" });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it("exits with 1 and one line that names all that is missing", async () => {
    const { code, lines } = await run({}, () => {});

    expect(code).toBe(1);
    expect(lines).toEqual([
      {
        severity: "CRITICAL",
        time: expect.any(String),
        message:
          "Missing environment variables: 'PORT', 'TASKS_QUEUES', 'TASKS_DEAD_LETTER_QUEUE', 'TASKS_INVOKER', 'MAIL_FROM', 'SMTP_URL'. " +
          "The worker reads them at start; infra sets them on the service, Cloud Run sets PORT.",
      },
    ]);
  });

  it("exits with 1 and one line where a task has no handler", async () => {
    const program = `
      import { startWorker } from "./worker/startWorker.ts";
      const task = { queue: "email", payload: {} };
      const contract = { tasks: { "send-email": task, "send-digest": task }, settings: {} };
      startWorker({ contract, handlers: { "send-email": async () => {} } });
    `;

    const { code, lines } = await run(environment, undefined, [
      "--input-type=module",
      "-e",
      program,
    ]);

    expect(code).toBe(1);
    expect(lines.map(({ severity, message }) => ({ severity, message }))).toEqual([
      {
        severity: "CRITICAL",
        message:
          "Task 'send-digest' of tasks/tasks.ts has no handler. Add it to worker/handlers/index.ts.",
      },
    ]);
  });
});
