import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import { createClient, fromEnvironment, type Client } from "../../../../../tasks/client/client.ts";
import { deadLetterHeaders } from "../../../../../tasks/contract/deadLetter.ts";
import { environment, queueTableSchema } from "../../../../../tasks/contract/environment.ts";
import { contract } from "../../../../../test/fixtures/chaos/tasks/index.ts";
import { logTaskId } from "../../../start/logLines.ts";
import { outputsSchema, type Outputs } from "../localStack.ts";
import { FREE_PORTS, RunningScript } from "../runningScript.ts";
import { ChaosProject } from "./chaosProject.ts";
import { makePlan, type Blow, type ChaosOptions, type Plan, type PlannedTask } from "./plan.ts";
import { judge, type HeardAnswer, type JournalLine, type Verdict } from "./verdict.ts";

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
  using project = new ChaosProject();
  await using cloud = new ChaosCloud(project, makePlan(options));
  await cloud.start();
  await cloud.enqueueAll();
  await cloud.api.post("/local/v1/idle", { limit: END_WITHIN }).catch(() => undefined);
  const report = await cloud.report();
  return { ...report, seconds: (performance.now() - start) / 1000 };
}

const answerSchema = z.object({
  event: z.literal("attemptFinished"),
  task: z.string(),
  dispatchCount: z.int(),
  status: z.int(),
  dispatchTime: z.number(),
  durationMs: z.number(),
  end: z.enum(["done", "dropped"]).optional(),
});
const logSchema = z.object({ event: z.literal("containerLog"), line: z.string() });
const faultsSchema = z.object({
  faults: z.array(
    z.looseObject({ id: z.int().optional(), times: z.int().default(0) }).transform((fault) => {
      delete fault.id;
      return fault;
    }),
  ),
});
const listedSchema = z.object({
  tasks: z
    .array(
      z.object({
        name: z.string(),
        httpRequest: z.object({ headers: z.record(z.string(), z.string()).default({}) }).optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

type Fault = Readonly<Record<string, unknown>> & { readonly times: number };

/** The cloud that all of it befalls, over its lives, and what is seen of it. */
class ChaosCloud implements AsyncDisposable {
  readonly #project: ChaosProject;
  readonly #plan: Plan;
  readonly #blows: Blow[];
  /** The numbers of the tasks by their ids. */
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #acknowledged = new Map<number, number>();
  readonly #answers: HeardAnswer[] = [];
  readonly #notKept = new Set<number>();
  readonly #kills: number[] = [];
  readonly #trouble = new Map<string, number>();
  #script: RunningScript | undefined;
  #port: string | undefined;
  #outputs: Outputs | undefined;
  #client: Client<typeof contract> | undefined;
  #striking = Promise.resolve();

  constructor(project: ChaosProject, plan: Plan) {
    this.#project = project;
    this.#plan = plan;
    this.#blows = [...plan.blows];
    this.#numbers = new Map(plan.tasks.map(({ n }) => [taskId(n), n]));
  }

  get api(): Api {
    return apiAt(`http://127.0.0.1:${this.#port}`);
  }

  /** Starts it, again where it was before. */
  async start(): Promise<void> {
    const ports = this.#port === undefined ? [] : [`--port=${this.#port}`];
    const data = join(this.#project.directory, "data");
    this.#script = new RunningScript(
      "packages/cli/start/main.ts",
      [...FREE_PORTS, ...ports, "--json", "--no-watch", "--data", data],
      {
        cwd: this.#project.directory,
        env: this.#project.env,
        onLine: (line) => {
          this.#hear(line);
        },
      },
    );
    const { addresses } = await this.#script.event("ready");
    this.#port = new URL(String(addresses.api)).port;
    this.#outputs = outputsSchema.parse(await this.api.get("/local/v1/outputs"));
    const variables = { ...this.#outputs.clientEnvironment, TASKS_ENDPOINT: addresses.api };
    this.#client = createClient(contract, fromEnvironment(variables));
  }

  /** Resolves once every task is acknowledged, and all that was to happen has. */
  async enqueueAll(): Promise<void> {
    const start = performance.now();
    const left = this.#plan.tasks.values();
    const produce = async (): Promise<void> => {
      for (const task of left) {
        await wait(Math.max(0, (task.n * 1000) / RATE - (performance.now() - start)));
        await this.#enqueue(task);
        // One after the other, while the others go on.
        this.#striking = this.#striking.then(() => this.#strike());
        await this.#striking;
      }
    };
    await Promise.all(Array.from({ length: PRODUCERS }, produce));
  }

  /** What is to be seen at the end. */
  async report(): Promise<Omit<ChaosReport, "seconds">> {
    const { faults } = faultsSchema.parse(await this.api.get("/local/v1/faults"));
    for (const fault of faults) this.#count(kindOf(fault), -fault.times);
    const { queues, clientEnvironment } = this.#outputs!;
    const { "dead-letter": deadLetterQueue, ...others } = queues;
    const waiting: string[] = [];
    for (const queue of Object.values(others)) {
      waiting.push(...(await this.#list(queue)).map(({ name }) => name));
    }
    const deadLetters = (await this.#list(deadLetterQueue!)).map(({ name, httpRequest }) => {
      const n = this.#numbers.get(httpRequest?.headers[deadLetterHeaders.taskId] ?? "");
      if (n === undefined) throw new Error(`'${name}' is the dead letter of no task.`);
      return n;
    });
    const journal = readFileSync(this.#project.journal, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalLine);
    const behaviours = new Map(this.#plan.tasks.map((task) => [task.n, task]));
    for (const { n, event, deliveryCount } of journal) {
      const { behaviour, times } = behaviours.get(n)!;
      if (event === "begun" && deliveryCount <= times && behaviour !== "succeeds") {
        this.#count(`handler ${behaviour}`, 1);
      }
    }
    const table = queueTableSchema.parse(JSON.parse(clientEnvironment[environment.queues]!));
    const verdict = judge(this.#plan.tasks, {
      acknowledged: this.#acknowledged,
      journal,
      answers: this.#answers,
      deadLetters,
      notKept: this.#notKept,
      waiting,
      kills: this.#kills,
      maxDeliveries: Math.max(...Object.values(table).map(({ maxDeliveries }) => maxDeliveries)),
    });
    return { ...verdict, trouble: this.#trouble };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script?.[Symbol.asyncDispose]();
  }

  /** Enqueues a task, as often as it takes to hear that it is. Its id makes one of them all. */
  async #enqueue({ n, task, fault, behaviour, times, ms }: PlannedTask): Promise<void> {
    if (fault) await this.#addFault({ ...fault, on: "delivery", task: taskId(n) });
    for (;;) {
      try {
        await this.#client!.enqueue(task, { n, behaviour, times, ms }, { id: idOf(n) });
        break;
      } catch {
        // A fault, or the cloud is gone for longer than the client has patience.
        await wait(RETRY_MS);
      }
    }
    this.#acknowledged.set(n, Date.now());
  }

  /** Lets happen what is due. */
  async #strike(): Promise<void> {
    for (;;) {
      const [blow] = this.#blows;
      if (!blow || blow.after > this.#acknowledged.size) return;
      this.#blows.shift();
      if (blow.what === "kill") await this.#kill();
      else await this.#addFault(blow.what);
    }
  }

  /** Kills the cloud, and starts it again over what it has kept. Its faults are not kept. */
  async #kill(): Promise<void> {
    const { faults } = faultsSchema.parse(await this.api.get("/local/v1/faults"));
    this.#kills.push(Date.now());
    this.#count("cloud killed", 1);
    await this.#script![Symbol.asyncDispose]();
    await this.start();
    for (const fault of faults) await this.api.post("/local/v1/faults", fault);
  }

  async #addFault(fault: Fault): Promise<void> {
    this.#count(kindOf(fault), fault.times);
    for (;;) {
      try {
        await this.api.post("/local/v1/faults", fault);
        return;
      } catch {
        // The cloud is gone for a while.
        await wait(RETRY_MS);
      }
    }
  }

  #count(kind: string, times: number): void {
    this.#trouble.set(kind, (this.#trouble.get(kind) ?? 0) + times);
  }

  #hear(line: string): void {
    const json = parsed(line);
    const answer = answerSchema.safeParse(json).data;
    const n = this.#numbers.get(lastOf(answer?.task ?? ""));
    if (answer && n !== undefined) {
      const { dispatchCount, status, end, dispatchTime, durationMs } = answer;
      this.#answers.push({ n, dispatchCount, status, end, time: dispatchTime + durationMs });
    }
    const log = logSchema.safeParse(json).data;
    if (log?.line.includes(NOT_KEPT) !== true) return;
    const notKept = this.#numbers.get(logTaskId(log.line) ?? "");
    if (notKept !== undefined) this.#notKept.add(notKept);
    this.#count("dead letter not kept", 1);
  }

  async #list(queue: string): Promise<z.output<typeof listedSchema>["tasks"]> {
    const all = [];
    for (let token = ""; ;) {
      const page = listedSchema.parse(
        await this.api.get(`/v2/${queue}/tasks?responseView=FULL&pageSize=1000&pageToken=${token}`),
      );
      all.push(...page.tasks);
      token = page.nextPageToken ?? "";
      if (token === "") return all;
    }
  }
}

const RETRY_MS = 50;

/** In the worker's line of a delivery whose dead letter could not be written. */
const NOT_KEPT = '"outcome":"not-kept"';

const idOf = (n: number): string => `chaos-${n}`;

/** As the client names a task by its id. */
const taskId = (n: number): string => createHash("sha256").update(idOf(n)).digest("hex");

function kindOf(fault: Readonly<Record<string, unknown>>): string {
  const what = fault["on"] === "delivery" ? "delivery" : String(fault["method"]);
  if (fault["lostResponse"] !== undefined) return `${what}: answer lost`;
  if (fault["duplicate"] !== undefined) return `${what}: sent twice`;
  if (fault["delay"] !== undefined) return `${what}: late`;
  return `${what}: ${String(fault["status"] ?? fault["code"])}`;
}

/** The JSON of a line: the last one of a process that was killed is cut off. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
