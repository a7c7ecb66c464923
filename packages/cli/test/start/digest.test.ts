import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import type { CloudEvents } from "@background-tasks/cloud/api/events.ts";
import { fireSchedule } from "../../demo/fireSchedule.ts";
import { createClient, fromEnvironment } from "../../../../tasks/client/client.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../../../test/support/fixtureProject.ts";

// Level "local": the sample tasks with their real SMTP path.

let local: LocalStack;
let deliveries: CloudEvents["deliveryFinished"][] = [];
let mails: string[] = [];

beforeAll(async () => {
  local = await startLocalStack({
    directory: FIXTURE,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: () => undefined,
    onOutput: () => undefined,
    onMail: ({ to }) => mails.push(...to),
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) throw new Error(problem);
  local.cloud.events.on("deliveryFinished", (event) => deliveries.push(event));
});

afterAll(async () => {
  await local.stop();
});

beforeEach(() => {
  deliveries = [];
  mails = [];
});

/** Resolves when that many deliveries of that kind of task have ended. */
async function ended(task: string, count: number): Promise<void> {
  const isReached = () => deliveries.filter(({ url }) => url.endsWith(`/${task}`)).length >= count;
  while (!isReached()) {
    await new Promise<void>((resolve) => {
      const stop = local.cloud.events.on("deliveryFinished", () => {
        stop();
        resolve();
      });
    });
  }
}

const statusesOf = (task: string) =>
  deliveries.filter(({ url }) => url.endsWith(`/${task}`)).map(({ status }) => status);

function post(path: string): Promise<Response> {
  return fetch(`${local.cloud.endpoint}/v2/${path}`, { method: "POST" });
}

/** The Scheduler job of the digest. */
const job = (): string => local.stack.operations!.schedules["daily-digest"]!;

describe("send-digest", () => {
  it("mails each recipient once, however often the day's digest is enqueued", async () => {
    const recipients = await fireSchedule(local.cloud.endpoint, job());
    await ended("send-email", recipients.length);
    await fireSchedule(local.cloud.endpoint, job());
    await ended("send-digest", 2);

    expect(statusesOf("send-digest")).toEqual([204, 204]);
    expect(statusesOf("send-email")).toEqual([204, 204, 204]);
    expect(mails.sort()).toEqual([...recipients].sort());
  });

  it("mails nobody twice when a task is delivered twice", async () => {
    const { clientEnvironment } = local.stack.outputs as {
      clientEnvironment: Record<string, string>;
    };
    await post(`${local.stack.operations!.queues["default"]!}:pause`);
    const client = createClient(contract, fromEnvironment(clientEnvironment));
    const recipients = ["first@example.com", "second@example.com"];
    const { name } = await client.enqueue("send-digest", {
      recipients,
      timeZone: "Europe/Berlin",
      dayStartsAt: "06:00",
    });

    // RunTask does not wait for a delivery that is under way: both reach the worker.
    await Promise.all([post(`${name}:run`), post(`${name}:run`)]);
    await ended("send-digest", 2);
    await ended("send-email", 2);

    expect(statusesOf("send-digest")).toEqual([204, 204]);
    expect(statusesOf("send-email")).toEqual([204, 204]);
    expect(mails.sort()).toEqual(recipients);
  });
});
