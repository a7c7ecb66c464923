import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import type { CloudEvents } from "@background-tasks/cloud/api/events.ts";
import { createClient, fromEnvironment, type Client } from "../../../../tasks/client/client.ts";
import type { QueueTable } from "../../../../tasks/contract/environment.ts";
import { deployAwkwardWorker, type AwkwardWorker } from "../../../../test/support/awkwardWorker.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../../../test/support/fixtureProject.ts";

// Level "local": the worker as a real process, behind the front door, under real timers. The handlers are
// those of awkwardHandlers.ts, with short deadlines and few deliveries.

let local: LocalStack;
let client: Client<typeof contract>;
let queues: Record<string, string>;
let deliveries: CloudEvents["deliveryFinished"][] = [];
let deadLetters: Readonly<Record<string, string>>[] = [];

beforeAll(async () => {
  const ignore = () => undefined;
  local = await startLocalStack({
    directory: FIXTURE,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: ignore,
    onOutput: ignore,
    onMail: ignore,
  });
  const { cloud, stack } = local;
  const problem = await stack.apply();
  if (problem !== undefined) throw new Error(problem);
  queues = stack.operations!.queues;
  client = createClient(
    contract,
    fromEnvironment(stack.outputs!["clientEnvironment"] as Record<string, string>),
  );
  cloud.events.on("deliveryFinished", (event) => deliveries.push(event));
  cloud.events.on("taskCreated", ({ queue, headers }) => {
    if (queue === queues["dead-letter"]) deadLetters.push(headers);
  });

  await deploy();
  await patchQueue("email", { retryConfig: { ...FAST, maxAttempts: -1 } }, "retryConfig");
  await patchQueue("default", { retryConfig: { ...FAST, maxAttempts: -1 } }, "retryConfig");
});

afterAll(async () => {
  await local.stop();
});

/** Deploys the worker, with deadlines and deliveries that a test can wait for. */
async function deploy(probes: Pick<AwkwardWorker, "isProbedClosely"> = {}): Promise<void> {
  await deployAwkwardWorker(
    local.cloud,
    "projects/local-project/locations/europe-west1/services/local-worker",
    {
      ...probes,
      variables: {
        TASKS_QUEUES: (value) => {
          const { email, default: other } = JSON.parse(value) as QueueTable;
          return JSON.stringify({
            // The handler's part of four seconds is one.
            email: { ...email!, dispatchDeadline: "4s", maxAttempts: 2, maxDeliveries: 40 },
            default: { ...other!, dispatchDeadline: "15s", maxAttempts: 2, maxDeliveries: 3 },
          });
        },
      },
    },
  );
}

beforeEach(() => {
  deliveries = [];
  deadLetters = [];
});

const FAST = { minBackoff: "0.050s", maxBackoff: "0.100s", maxDoublings: 1 };

async function patchQueue(queue: string, body: object, mask: string): Promise<void> {
  const answer = await fetch(`${local.cloud.endpoint}/v2/${queues[queue]}?updateMask=${mask}`, {
    method: "PATCH",
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Enqueues a mail, on the queue `email`, or a digest, on `default`; resolves when its task is gone. */
async function run(kind: "mail" | "digest", behaviour: string): Promise<void> {
  const to = "you@example.com";
  const { name } = await (kind === "mail"
    ? client.enqueue("send-email", { to, subject: behaviour, text: "" })
    : client.enqueue("send-digest", {
        recipients: [to],
        timeZone: behaviour,
        dayStartsAt: "06:00",
      }));
  const isGone = () => deliveries.some(({ task, end }) => task === name && end !== undefined);
  while (!isGone()) {
    await new Promise<void>((resolve) => {
      const stop = local.cloud.events.on("deliveryFinished", () => {
        stop();
        resolve();
      });
    });
  }
}

const statuses = () => deliveries.map(({ status }) => status);
const reasons = () => deadLetters.map((headers) => headers["Dead-Letter-Reason"]);

describe("a task", () => {
  it("that succeeds is delivered once and leaves no dead letter", async () => {
    await run("mail", "succeeds");

    expect(statuses()).toEqual([204]);
    expect(reasons()).toEqual([]);
  });

  it("that fails is a dead letter after exactly its attempts", async () => {
    await run("mail", "fails");

    expect(statuses()).toEqual([422, 204]);
    expect(reasons()).toEqual(["attempts-exhausted"]);
    expect(deadLetters[0]!["Dead-Letter-Attempts"]).toBe("2");
    expect(decodeURIComponent(deadLetters[0]!["Dead-Letter-Error"]!)).toBe("It cannot be done.");
  });

  it("that fails for good is a dead letter at once", async () => {
    await run("mail", "fails for good");

    expect(statuses()).toEqual([204]);
    expect(reasons()).toEqual(["permanent-error"]);
  });

  it("whose handler never returns is a dead letter, not silence", async () => {
    await run("mail", "never returns");

    expect(statuses()).toEqual([422, 204]);
    expect(reasons()).toEqual(["attempts-exhausted"]);
    expect(decodeURIComponent(deadLetters[0]!["Dead-Letter-Error"]!)).toBe(
      "The handler did not finish within 1 s, the time it has.",
    );
  });

  it("whose handler ends the process is a dead letter, not silence", async () => {
    await run("digest", "exits");

    expect(statuses()).toEqual([503, 503, 503, 204]);
    expect(reasons()).toEqual(["deliveries-exhausted"]);
    expect(deadLetters[0]!["Dead-Letter-Attempts"]).toBe("0");
  });

  it("is not lost when its worker is killed (-9) in the middle of it", async () => {
    await run("mail", "is killed once");

    expect(statuses()).toEqual([503, 204]);
    expect(reasons()).toEqual([]);
  });

  it("is finished when its worker is told to stop (SIGTERM) in the middle of it", async () => {
    await run("mail", "is told to stop once");

    expect(statuses()).toEqual([204]);
    expect(reasons()).toEqual([]);
  });

  it("that the platform refuses 8 times with 429 and that then succeeds leaves no dead letter", async () => {
    await using platform = await refusingPlatform(8);
    await patchQueue("email", { httpTarget: platform.httpTarget }, "httpTarget.uriOverride");

    await run("mail", "succeeds");

    // Eight answers that are not 5xx count as executions, four times the budget of two.
    expect(statuses()).toEqual([...Array<number>(8).fill(429), 204]);
    expect(reasons()).toEqual([]);
  });

  it("whose handler blocks the event loop is a dead letter, not silence", async () => {
    await deploy({ isProbedClosely: true });

    await run("digest", "blocks the event loop");

    // The liveness probe ends the container: no answer of the worker's, so nothing is counted.
    expect(statuses()).toEqual([503, 503, 503, 204]);
    expect(reasons()).toEqual(["deliveries-exhausted"]);
  });
});

/** Stands before the worker's front door, and answers the first deliveries itself, with 429. */
async function refusingPlatform(refusals: number) {
  const worker = new URL(local.stack.operations!.workers[0]!.url);
  let left = refusals;
  const server = createServer((incoming, outgoing) => {
    left -= 1;
    if (left >= 0) {
      incoming.resume();
      outgoing.writeHead(429).end("Rate exceeded.");
      return;
    }
    const headers = { ...incoming.headers, host: worker.host };
    const options = { port: local.cloud.insidePort, path: incoming.url, method: "POST", headers };
    incoming.pipe(
      request({ host: "127.0.0.1", ...options }, (answer) => {
        outgoing.writeHead(answer.statusCode!);
        answer.pipe(outgoing);
      }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    httpTarget: {
      uriOverride: {
        scheme: "HTTP",
        host: "127.0.0.1",
        port: String(port),
        uriOverrideEnforceMode: "ALWAYS",
      },
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
