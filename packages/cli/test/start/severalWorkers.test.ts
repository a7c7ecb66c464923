import { decodeJwt } from "jose";
import { curlStatus } from "../support/curlStatus.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { RunningScript } from "../support/runningScript.ts";

/* The commands of a project with two workers, as processes. */

/** Far from where anybody's own 'npm start' listens, from the first hour's, and below the ports of clients. */
const OFFSET = 20_000 + (process.pid % 500) * 8;
const PORT = String(OFFSET + 8123);
const SERVICES = ["local-worker", "local-worker-mails"];

const project = new ProjectCopy();
let cloud: RunningScript;
/** What `npm start` printed until it was ready. */
let banner: string[];

beforeAll(async () => {
  project.edit("tasks/workers.ts", "worker: {},", "worker: {}, mails: { memory: '1Gi' },");
  project.edit("tasks/queues.ts", "email: {", 'email: { worker: "mails",');
  const args = ["start", `--port-offset=${OFFSET}`, "--no-type-check"];
  cloud = new RunningScript("packages/cli/main.ts", args, {
    cwd: project.directory,
    env: project.env,
  });
  await cloud.line(/^Ctrl-C/);
  banner = [...cloud.stdout];
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

async function run(command: string, ...args: string[]) {
  await using script = new RunningScript(
    "packages/cli/main.ts",
    [command, ...args, "--port", PORT],
    { cwd: project.directory, env: project.env },
  );
  const { code } = await script.ended;
  return { code, stdout: script.stdout.join("\n"), stderr: script.stderr.join("\n") };
}

/** The hosts of the workers by their names, as they are told. */
const hosts = (): Record<string, string> =>
  Object.fromEntries(
    banner.flatMap((line) => {
      const [, name, url] = /^ {2}Worker '(\w+)' +(\S+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, new URL(url!).host]];
    }),
  );

const statusOf = (line: string): Promise<string> => curlStatus(project.directory, line);

describe("A project with two workers", () => {
  it("is started with both, each at an address of its own that answers as is said", async () => {
    const lines = banner.flatMap((line) => {
      const [, who, told, curl] = /^ {2,4}(Worker '\w+'|[a-z ]+): (\d{3}) +(curl .*)$/.exec(
        line,
      ) ?? ["", ""];
      return curl === undefined ? [] : [{ who, told: told!, curl }];
    });

    expect(Object.entries(hosts())).toEqual([
      ["worker", expect.stringMatching(/^local-worker-[a-z0-9]{10}-ew\.a\.run\.app$/)],
      ["mails", expect.stringMatching(/^local-worker-mails-[a-z0-9]{10}-ew\.a\.run\.app$/)],
    ]);
    const each = ["404", "403", "200"];
    expect(lines.map(({ told }) => told)).toEqual([...each, ...each]);
    const answers: string[] = [];
    for (const { curl } of lines) answers.push(await statusOf(curl));
    expect(answers).toEqual([...each, ...each]);
  });

  it("does a queue's tasks by the worker that the queue names", async () => {
    const mail = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';

    expect((await run("enqueue", "send-email", mail)).code).toBe(0);

    expect(await cloud.line(/ {2}delivery 1 /)).toMatch(/email {2}send-email \w{8} {2}204 in /);
    const shown = JSON.parse((await run("status", "--json")).stdout);
    expect(shown.workers.map(({ service }: { service: string }) => service)).toEqual(SERVICES);
    expect(shown.problems).toEqual([]);
  });

  it("has a token for each, which opens no other", async () => {
    const [worker, mails] = [await run("token", "--worker", "worker"), await tokenOfMails()];

    expect(claimsOf(worker.stdout)).toEqual({
      aud: `https://${hosts()["worker"]!}`,
      email: "local-invoker@local-project.iam.gserviceaccount.com",
    });
    expect(claimsOf(mails)).toEqual({
      aud: `https://${hosts()["mails"]!}`,
      email: "local-invoker-mails@local-project.iam.gserviceaccount.com",
    });
    const inside = /(http:\S+)\/health$/.exec(banner.find((line) => line.includes("inside"))!)![1]!;
    const ask = (token: string, host: string): Promise<string> =>
      statusOf(`curl -H 'Authorization: Bearer ${token}' -H 'Host: ${host}' ${inside}/health`);
    expect(await ask(mails, hosts()["mails"]!)).toBe("200");
    expect(await ask(mails, hosts()["worker"]!)).toBe("401");
  });

  it("asks which one a token is for", async () => {
    expect(await run("token")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "There are several workers: name one with --worker. Known workers: 'worker', 'mails'.",
    });
    expect(await run("token", "--worker", "mail")).toEqual({
      code: 1,
      stdout: "",
      stderr: "There is no worker 'mail'. Did you mean 'mails'? Known workers: 'worker', 'mails'.",
    });
  });

  it("is pinged queue by queue, with the worker of each", async () => {
    const { code, stdout } = await run("smoke");
    const pings: unknown = JSON.parse((await run("smoke", "--json")).stdout);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^│ Queue +│ Worker +│ Ping +│ Deliveries │ Last answer │/m);
    expect(stdout).toMatch(/│ email +│ mails +│ arrived in \d\.\d s │ +1 │ 204 /);
    expect(stdout).toMatch(/│ default +│ worker +│ arrived in \d\.\d s │ +1 │ 204 /);
    expect(pings).toEqual([
      { queue: "email", worker: "mails", hasArrived: true, deliveries: 1, ms: expect.any(Number) },
      {
        queue: "default",
        worker: "worker",
        hasArrived: true,
        deliveries: 1,
        ms: expect.any(Number),
      },
    ]);
  });
});

const tokenOfMails = async (): Promise<string> =>
  (await run("token", "--worker", "mails")).stdout.trim();

function claimsOf(token: string): object {
  const { aud, email } = decodeJwt(token.trim());
  return { aud, email };
}
