import { apiAt } from "@background-tasks/program/resources/api.ts";
import {
  startLocalCloud,
  type HostRequest,
  type LocalCloud,
} from "@background-tasks/cloud/startLocalCloud.ts";
import { deliveriesOf } from "../../../../../infra/config/maxDeliveries.ts";
import { createClient } from "../../../../../tasks/client/client.ts";
import { connectCloudTasks } from "../../../../../tasks/client/cloudTasks.ts";
import type { TaskTable } from "../../../../../tasks/contract/contract.ts";
import { deadLetterHeaders } from "../../../../../tasks/contract/deadLetter.ts";
import type { QueueTable } from "../../../../../tasks/contract/environment.ts";
import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";
import { queues } from "../../../../../test/fixtures/project/tasks/queues.ts";
import { makeDeadLetters } from "../../../../../worker/deadLetters.ts";
import { makeDeliver, type Deliver } from "../../../../../worker/delivery.ts";
import { makeLog } from "../../../../../worker/log.ts";
import { StopSign } from "../../../../../worker/stopSign.ts";
import { makeTaskRequestReader } from "../../../../../worker/taskRequest.ts";

/** As in prod: the default. */
const OUTAGE_WINDOW = "86400s";
const WORKER = "worker.example";

/** A task as the API lists it, as far as it is read here. */
export interface KeptTask {
  readonly name: string;
  readonly httpRequest: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/**
 * The fixture's queues with the settings of prod, on a virtual clock, and a worker of this process in the place of
 * Cloud Run: there is no front door, so nobody checks who calls. Its handlers write down that they ran.
 */
export class VirtualStack implements AsyncDisposable {
  readonly cloud: LocalCloud;
  /** Of all queues. */
  readonly table: QueueTable;
  readonly deadLetterQueue: string;
  /** The ids of the tasks whose handler ran, in order. */
  readonly runs: string[] = [];
  /** What the worker's log says became of each delivery. */
  readonly outcomes: string[] = [];
  /** Nobody hears the worker's answers: they come when the deadline has passed. */
  isLate = false;
  /** Its handlers throw. */
  isFailing = false;
  #deliver: (request: HostRequest) => Promise<number> = async () => 503;
  /** How far the worker's clock is ahead of the cloud's, which stands still while the worker is at work. */
  #aheadMs = 0;

  private constructor(cloud: LocalCloud) {
    this.cloud = cloud;
    this.deadLetterQueue = `${cloud.location}/queues/prod-dead-letter`;
    this.table = Object.fromEntries(
      Object.entries(queues).map(([key, { retryConfig, dispatchDeadline }]) => [
        key,
        {
          name: `${cloud.location}/queues/prod-${key}`,
          dispatchDeadline,
          maxAttempts: retryConfig.maxAttempts,
          maxDeliveries: deliveriesOf(key, retryConfig, OUTAGE_WINDOW, []),
        },
      ]),
    );
  }

  static async start(): Promise<VirtualStack> {
    const cloud = await startLocalCloud({
      clock: "virtual",
      startTime: new Date("2026-11-20T17:00:00Z"),
      hosts: { [WORKER]: (request) => stack.#deliver(request) },
    });
    const stack = new VirtualStack(cloud);
    const api = apiAt(cloud.endpoint);
    for (const [key, { name }] of Object.entries(stack.table)) {
      const { retryConfig, rateLimits } = queues[key as keyof typeof queues];
      await api.post(`/v2/${cloud.location}/queues`, {
        name,
        rateLimits,
        retryConfig: { ...retryConfig, maxAttempts: -1 },
        httpTarget: { uriOverride: { host: WORKER, uriOverrideEnforceMode: "ALWAYS" } },
      });
    }
    await api.post(`/v2/${cloud.location}/queues`, { name: stack.deadLetterQueue });
    await api.post(`/v2/${stack.deadLetterQueue}:pause`);
    stack.deploy(stack.table);
    return stack;
  }

  /** Puts a revision of the worker in place that knows these queues. */
  deploy(table: QueueTable): void {
    const read = makeTaskRequestReader(table, (_, problem) => {
      throw new Error(problem);
    });
    const deliver = this.#makeDeliver(table);
    this.#deliver = async ({ method, url, headers, body = new Uint8Array() }) => {
      const byName = new Map(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const request = read({
        method,
        url: url.pathname,
        header: (name) => byName.get(name),
        body: Buffer.from(body),
        bodySize: body.length,
      });
      if (!request) throw new Error(`No queue sent ${url.href}.`);
      const arrivedAt = this.#now();
      const caller = { hasGone: () => this.isLate, onGone: () => () => undefined };
      const status = await deliver(request, arrivedAt, caller);
      if (this.isLate) throw new Error("The deadline has passed.");
      return status;
    };
  }

  /** Enqueues so many tasks, on each queue in turn. Returns their ids. */
  async enqueue(count: number): Promise<string[]> {
    const client = createClient(contract, { queues: this.table, endpoint: this.cloud.endpoint });
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const to = `person-${n}@example.com`;
      const { name } =
        n % 2 === 0
          ? await client.enqueue("send-email", { to, subject: "Hello", text: "It works." })
          : await client.enqueue("send-digest", {
              recipients: [to],
              timeZone: "Europe/Berlin",
              dayStartsAt: "06:00",
            });
      ids.push(idOf(name));
    }
    return ids;
  }

  /** What is on a queue. */
  async tasksOf(queue: string): Promise<readonly KeptTask[]> {
    const { tasks = [] } = await apiAt(this.cloud.endpoint).get(
      `/v2/${queue}/tasks?responseView=FULL&pageSize=1000`,
    );
    return tasks as readonly KeptTask[];
  }

  /** What still waits on the queues of the work. */
  async waiting(): Promise<number> {
    const all = await Promise.all(Object.values(this.table).map(({ name }) => this.tasksOf(name)));
    return all.flat().length;
  }

  /** The ids and reasons of the dead letters' tasks. */
  async parked(): Promise<{ readonly ids: string[]; readonly reasons: string[] }> {
    const kept = await this.tasksOf(this.deadLetterQueue);
    const values = (name: string): string[] =>
      kept.map(({ httpRequest }) => httpRequest.headers[name] ?? "");
    return {
      ids: values(deadLetterHeaders.taskId).sort(),
      reasons: [...new Set(values(deadLetterHeaders.reason))],
    };
  }

  /** Puts every dead letter back on the queue that it came from. Returns the ids of the tasks that they are now. */
  async redrive(): Promise<string[]> {
    const api = apiAt(this.cloud.endpoint);
    const ids: string[] = [];
    for (const { name, httpRequest } of await this.tasksOf(this.deadLetterQueue)) {
      const { url, headers, body } = httpRequest;
      // A revision that did not know the queue has it under its id.
      const queue = headers[deadLetterHeaders.queue] ?? "";
      const parent = this.table[queue]?.name ?? `${this.cloud.location}/queues/${queue}`;
      const id = againId(headers[deadLetterHeaders.taskId] ?? "");
      await api.post(`/v2/${parent}/tasks`, {
        task: {
          name: `${parent}/tasks/${id}`,
          httpRequest: { url, headers: withoutEnding(headers), body },
        },
      });
      await api.delete(`/v2/${name}`);
      ids.push(id);
    }
    return ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloud.stop();
  }

  #makeDeliver(table: QueueTable): Deliver {
    const api = connectCloudTasks(
      { endpoint: this.cloud.endpoint },
      {
        now: () => this.#now(),
        sleep: async (ms) => {
          this.#aheadMs += ms;
        },
      },
    );
    const handler = async (_payload: never, { taskId }: { readonly taskId: string }) => {
      this.runs.push(taskId);
      if (this.isFailing) throw new Error("Out of order.");
    };
    return makeDeliver({
      tasks: contract.tasks,
      handlers: { "send-email": handler, "send-digest": handler },
      settings: {},
      deadLetters: makeDeadLetters(this.deadLetterQueue, undefined, api),
      client: createClient<TaskTable>(contract, { queues: table }, { api }),
      log: makeLog({
        write: (line) => {
          this.outcomes.push((JSON.parse(line) as { outcome: string }).outcome);
        },
      }),
      stop: new StopSign(),
      now: () => this.#now(),
      date: () => new Date(this.#now()),
      // No handler here takes any time.
      after: () => () => undefined,
    });
  }

  #now(): number {
    return this.cloud.now().getTime() + this.#aheadMs;
  }
}

/** The id under which a task is put back. */
export function againId(id: string): string {
  return `${id}-again`;
}

function withoutEnding(headers: Readonly<Record<string, string>>): Record<string, string> {
  const ending: ReadonlySet<string> = new Set(Object.values(deadLetterHeaders));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ending.has(name)));
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
