import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { environment, queueTableSchema } from "../../../../../tasks/contract/environment.ts";
import { ChaosCloud, type Fault } from "./chaosCloud.ts";
import { ChaosProject } from "./chaosProject.ts";
import type { JournalLine } from "./evidence.ts";
import {
  idOf,
  makePlan,
  taskId,
  type Blow,
  type ChaosOptions,
  type PlannedTask,
  type RareTask,
} from "./plan.ts";
import { Sightings } from "./sightings.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What came of a run. */
export interface ChaosReport extends Verdict {
  /** How often each kind of trouble was met. */
  readonly trouble: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/** Tasks that are enqueued at once. */
const PRODUCERS = 8;
/** How many are enqueued a second. */
const RATE = 40;
/** When all is enqueued, the tasks must come to their end within this. */
const END_WITHIN = "120s";

/**
 * Runs `npm start` over a directory, has tasks enqueued whose handlers do the worst, and lets happen what the seed
 * says: lost answers, copies, refusals, workers and the cloud itself killed. Judges what became of each task.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const start = performance.now();
  const { tasks: many, blows, rare } = makePlan(options);
  const tasks = [...many, ...rare];
  const seen = new Sightings(tasks.map(({ n }) => n));
  const trouble = new Trouble();
  using project = new ChaosProject();
  await using cloud = new ChaosCloud(project, (line) => {
    seen.hear(line);
  });
  await cloud.start();
  const { acknowledged, kills } = await enqueueAll(cloud, many, [...blows], trouble);
  await settle(cloud);
  for (const fault of await cloud.faults()) trouble.count(kindOf(fault), -fault.times);
  await cloud.clearFaults();
  for (const one of rare) {
    await enqueueRare(cloud, one);
    acknowledged.set(one.n, Date.now());
    await settle(cloud);
  }

  const journal = readJournal(project.journal);
  trouble.countHandlers(tasks, journal);
  trouble.count("dead letter not kept at first", seen.notKept.size);
  trouble.count("handler cut short as its worker stops", seen.stopped.size);
  trouble.count("dead letter not taken back", seen.notTakenBack.size);
  const { operations, clientEnvironment } = cloud.outputs;
  const table = queueTableSchema.parse(JSON.parse(clientEnvironment[environment.queues]!));
  const waiting = await Promise.all(Object.values(table).map(({ name }) => cloud.tasksOf(name)));
  const deadLetters = (await cloud.tasksOf(operations.queues["dead-letter"]!)).map(
    ({ name, httpRequest }) => {
      const n = seen.keptBy(httpRequest?.headers ?? {});
      if (n === undefined) throw new Error(`'${name}' is the dead letter of no task.`);
      return n;
    },
  );
  const verdict = judge(tasks, {
    ...{ acknowledged, journal, deadLetters, kills },
    answers: seen.answers,
    notKept: seen.notKept,
    keptAt: seen.keptAt,
    notTakenBack: seen.notTakenBack,
    waiting: waiting.flat().map(({ name }) => name),
    maxDeliveries: Math.max(...Object.values(table).map(({ maxDeliveries }) => maxDeliveries)),
  });
  return { ...verdict, trouble: trouble.counts, seconds: (performance.now() - start) / 1000 };
}

/** Waits until nothing is under way. What is not over then is found on its queue. */
async function settle(cloud: ChaosCloud): Promise<void> {
  await cloud.api.post("/local/v1/idle", { limit: END_WITHIN }).catch(() => undefined);
}

/** Enqueues a task to which happens what is planned for it, and to no other. */
async function enqueueRare(
  cloud: ChaosCloud,
  { n, task, fault, refusals, ...order }: RareTask,
): Promise<void> {
  if (fault) await cloud.addFault({ ...fault, on: "delivery", task: taskId(n) });
  const inTime = { id: idOf(n), delay: 1 };
  await cloud.insist(() => cloud.client.enqueue(task, { n, ...order }, inTime));
  // Not before: it would befall the creation of the task itself.
  const refusal = { on: "call", method: "CreateTask", code: "PERMISSION_DENIED" };
  if (refusals > 0) await cloud.addFault({ ...refusal, times: refusals });
}

/** Resolves once every task is acknowledged, and all that was to happen has; says when. */
async function enqueueAll(
  cloud: ChaosCloud,
  tasks: readonly PlannedTask[],
  blows: Blow[],
  trouble: Trouble,
) {
  const start = performance.now();
  const acknowledged = new Map<number, number>();
  const kills: number[] = [];
  const left = tasks.values();
  let striking = Promise.resolve();

  async function produce(): Promise<void> {
    for (const task of left) {
      await wait(Math.max(0, (task.n * 1000) / RATE - (performance.now() - start)));
      await enqueue(task);
      // One after the other, while the others go on.
      striking = striking.then(strike);
      await striking;
    }
  }

  /** Enqueues a task, as often as it takes to hear that it is. Its id makes one of them all. */
  async function enqueue({ n, task, fault, ...order }: PlannedTask): Promise<void> {
    if (fault) await add({ ...fault, on: "delivery", task: taskId(n) });
    await cloud.insist(() => cloud.client.enqueue(task, { n, ...order }, { id: idOf(n) }));
    acknowledged.set(n, Date.now());
  }

  /** Lets happen what is due. */
  async function strike(): Promise<void> {
    while (blows[0] && blows[0].after <= acknowledged.size) {
      const { what } = blows.shift()!;
      if (what !== "kill") {
        await add(what);
        continue;
      }
      kills.push(Date.now());
      trouble.count("cloud killed", 1);
      await cloud.kill();
    }
  }

  async function add(fault: Fault): Promise<void> {
    trouble.count(kindOf(fault), fault.times);
    await cloud.addFault(fault);
  }

  await Promise.all(Array.from({ length: PRODUCERS }, produce));
  return { acknowledged, kills };
}

/** How often each kind of trouble was met. */
class Trouble {
  readonly counts = new Map<string, number>();

  count(kind: string, times: number): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + times);
  }

  countHandlers(tasks: readonly PlannedTask[], journal: readonly JournalLine[]): void {
    const planned = new Map(tasks.map((task) => [task.n, task]));
    for (const { n, event, deliveryCount } of journal) {
      const { behaviour = "", times = 0 } = planned.get(n) ?? {};
      if (event !== "begun" || deliveryCount > times || behaviour === "succeeds") continue;
      this.count(`handler ${behaviour}`, 1);
    }
  }
}

function kindOf(fault: Fault): string {
  const what = fault["on"] === "delivery" ? "delivery" : String(fault["method"]);
  if (fault["lostResponse"] !== undefined) return `${what}: answer lost`;
  if (fault["duplicate"] !== undefined) return `${what}: sent twice`;
  if (fault["delay"] !== undefined) return `${what}: late`;
  return `${what}: ${String(fault["status"] ?? fault["code"])}`;
}

function readJournal(path: string): JournalLine[] {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JournalLine);
}
