import { readFileSync } from "node:fs";
import type { CloudEvents } from "@background-tasks/cloud/api/events.ts";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import { createClient, fromEnvironment, type Client } from "../../../../tasks/client/client.ts";
import { contract } from "../../../../test/fixtures/chaos/tasks/index.ts";
import { outputsSchema } from "../../stack/outputs.ts";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import { ChaosProject } from "../support/chaos/chaosProject.ts";
import type { JournalLine } from "../support/chaos/evidence.ts";
import { idOf, taskId } from "../support/chaos/plan.ts";

/*
 * A worker that is in trouble beside one that is not. Both are real processes; their tasks fall due on a virtual
 * clock, which stands still while a worker is at work, but not for one that has not answered for five seconds.
 */

/** What a task's handler does at its first delivery. It succeeds at all later ones. */
interface Order {
  readonly behaviour: string;
  readonly ms: number;
}

type Delivery = CloudEvents["deliveryFinished"];

const SECONDS = 10;
/** The numbers of the fast worker's tasks: two fall due at each second. */
const FAST = Array.from({ length: 2 * SECONDS }, (_, n) => n);
/** The number of the first of the slow worker's. */
const FIRST_SLOW = 1000;

const project = new ChaosProject();
let local: LocalStack;
let client: Client<typeof contract>;
let deliveries: Delivery[] = [];
let instances: CloudEvents["instance"][] = [];
let deadLetters: string[] = [];
/** The slow worker's deliveries that were at an end when the ten seconds had passed. */
let endedByThen: readonly Delivery[] = [];
/** Tells the tasks of one test from those of the others. */
let base = 0;

beforeAll(async () => {
  project.edit(
    "tasks/workers.ts",
    "worker: {},",
    "worker: {}, slow: { maxInstances: 1, concurrency: 5 },",
  );
  project.edit("tasks/queues.ts", "slow: { ...queue,", 'slow: { ...queue, worker: "slow",');
  project.edit("tasks/queues.ts", "maxConcurrentDispatches: 1 }", "maxConcurrentDispatches: 5 }");
  local = await startLocalStack({
    directory: project.directory,
    ...{ port: 0, insidePort: 0, smtpPort: 0, clock: "virtual" },
    ...{ allowHost: [], inspect: false },
    ...{ onChange: () => undefined, onOutput: () => undefined, onMail: () => undefined },
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) throw new Error(problem);
  const { clientEnvironment, operations } = outputsSchema.parse(local.stack.outputs);
  client = createClient(contract, fromEnvironment(clientEnvironment));
  const { events } = local.cloud;
  events.on("deliveryFinished", (event) => deliveries.push(event));
  events.on("instance", (event) => instances.push(event));
  events.on("taskCreated", ({ queue, task }) => {
    if (queue === operations.queues["dead-letter"]) deadLetters.push(task);
  });
});
afterAll(async () => {
  await local.stop();
  project[Symbol.dispose]();
});
beforeEach(() => {
  [deliveries, instances, deadLetters] = [[], [], []];
  base += 10_000;
});

async function enqueue(
  task: "on-north" | "on-slow",
  n: number,
  { behaviour, ms }: Order,
  scheduleTime: number,
): Promise<void> {
  const payload = { n: base + n, behaviour, times: 1, ms };
  await client.enqueue(task, payload, {
    id: idOf(base + n),
    scheduleTime: new Date(scheduleTime),
  });
}

/**
 * Lets ten seconds pass, at each of which two of the fast worker's tasks fall due, and those of the slow worker's
 * that `slow` gives. Then waits until all are at an end.
 */
async function run(fast: Order, slow: (second: number) => readonly Order[]): Promise<void> {
  const api = apiAt(local.cloud.endpoint);
  const start = Math.ceil(local.cloud.clock.now() / 1000) * 1000;
  let slowOnes = 0;
  for (let second = 1; second <= SECONDS; second += 1) {
    const due = start + second * 1000;
    for (const order of slow(second)) {
      await enqueue("on-slow", FIRST_SLOW + slowOnes++, order, due);
    }
    for (const n of FAST.slice(2 * (second - 1), 2 * second)) {
      await enqueue("on-north", n, fast, due);
    }
  }
  await api.post("/local/v1/clock:advance", { to: new Date(start + SECONDS * 1000).toISOString() });
  endedByThen = deliveriesOf("slow");
  await api.post("/local/v1/idle", {});
}

const deliveriesOf = (worker: "fast" | "slow"): Delivery[] =>
  deliveries.filter(({ queue }) => queue.includes(worker === "fast" ? "-north-" : "-slow-"));

/** What became of the fast worker's tasks: of each, every delivery, with how late it was on the virtual clock. */
function fastOnes() {
  const ids = new Map(FAST.map((n) => [taskId(base + n), n]));
  return deliveriesOf("fast")
    .map(({ task, dispatchCount, status, end, scheduleTime, dispatchTime, durationMs }) => ({
      n: ids.get(task.slice(task.lastIndexOf("/") + 1)),
      ...{ dispatchCount, status, end, waitMs: dispatchTime - scheduleTime, durationMs },
    }))
    .sort((a, b) => a.n! - b.n!);
}

/** What becomes of them beside a worker that is in no trouble. */
const UNTOUCHED = FAST.map((n) => ({
  n,
  ...{ dispatchCount: 1, status: 204, end: "done", waitMs: 0, durationMs: 0 },
}));

/** The numbers of the slow worker's tasks that were done, and nothing of which is a dead letter. */
function slowOnesDone(): number[] {
  const returned = readFileSync(project.journal, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalLine)
    .filter(({ event, n }) => event === "returned" && n >= base + FIRST_SLOW)
    .map(({ n }) => n - base - FIRST_SLOW);
  const done = deliveriesOf("slow").filter(({ end }) => end === "done");
  expect(done).toHaveLength(new Set(returned).size);
  expect(deadLetters).toEqual([]);
  return [...new Set(returned)].sort((a, b) => a - b);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const crashesOf = (service: string): number =>
  instances.filter((one) => one.state === "crashed" && one.service === service).length;

describe("A fast worker beside a slow one", () => {
  it("does its tasks at once while the other, blocked by one task, has a backlog", async () => {
    const blocks = { behaviour: "blocks the event loop", ms: 12_000 };
    const waits = { behaviour: "succeeds", ms: 0 };

    await run(waits, (second) => (second === 1 ? [blocks, ...Array(19).fill(waits)] : []));

    expect(fastOnes()).toEqual(UNTOUCHED);
    expect(endedByThen).toEqual([]);
    expect(slowOnesDone()).toEqual(numbers(20));
  });

  it("does its tasks as if nothing were, while the other crashes again and again", async () => {
    await run({ behaviour: "succeeds", ms: 400 }, () => [{ behaviour: "exits", ms: 100 }]);

    expect(fastOnes()).toEqual(UNTOUCHED);
    expect([crashesOf("local-worker"), crashesOf("local-worker-slow")]).toEqual([0, SECONDS]);
    expect(slowOnesDone()).toEqual(numbers(SECONDS));
  });

  it("does its tasks as if nothing were, while the other runs out of memory", async () => {
    await run({ behaviour: "succeeds", ms: 400 }, (second) =>
      second === 1 ? Array(5).fill({ behaviour: "runs out of memory", ms: 0 }) : [],
    );

    expect(fastOnes()).toEqual(UNTOUCHED);
    expect([crashesOf("local-worker"), crashesOf("local-worker-slow")]).toEqual([0, 1]);
    expect(slowOnesDone()).toEqual(numbers(5));
  });
});
