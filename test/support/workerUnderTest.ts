import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createClient } from "../../tasks/client/client.ts";
import type { CallBound, CloudTasks } from "../../tasks/client/cloudTasks.ts";
import type { TaskTable } from "../../tasks/contract/contract.ts";
import type { QueueTable, WorkerShare } from "../../tasks/contract/environment.ts";
import type { TaskResource } from "../../tasks/contract/taskRequest.ts";
import type { After } from "../../worker/deadline.ts";
import { makeDeadLetters } from "../../worker/deadLetters.ts";
import { makeDeliver } from "../../worker/delivery.ts";
import { makeLog } from "../../worker/log.ts";
import { makeApp, makeServer } from "../../worker/server.ts";
import { stopGracefully } from "../../worker/stop.ts";
import { StopSign } from "../../worker/stopSign.ts";
import { contract } from "../fixtures/project/tasks/index.ts";
import type { Handlers } from "../fixtures/project/worker/handlers/handler.ts";

const INVOKER = "invoker@p.iam.gserviceaccount.com";
export const DEAD_LETTER_QUEUE = "projects/p/locations/l/queues/dev-dead-letter-0000";

const queues: QueueTable = {
  email: {
    name: "projects/p/locations/l/queues/dev-email-1a2b",
    dispatchDeadline: "60s",
    maxAttempts: 8,
    maxDeliveries: 40,
  },
  default: {
    name: "projects/p/locations/l/queues/dev-default-3c4d",
    dispatchDeadline: "15s",
    maxAttempts: 10,
    maxDeliveries: 40,
  },
};

/** An `Authorization` header as Cloud Run passes it on: verified, and without its signature. */
export function bearer(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `Bearer ${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

/** The headers of the first delivery of a task on the queue `email`. */
export const firstDelivery: Readonly<Record<string, string>> = {
  authorization: bearer({ email: INVOKER, email_verified: true }),
  "content-type": "application/json",
  "x-cloudtasks-queuename": "dev-email-1a2b",
  "x-cloudtasks-taskname": "task-1",
  "x-cloudtasks-taskretrycount": "0",
  "x-cloudtasks-taskexecutioncount": "0",
  "x-cloudtasks-tasketa": "1795521600.250000",
  "enqueue-id": "enqueue-1",
  "idempotency-key": "key-1",
  traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
};

/** The headers of a later delivery, after one that was answered `previousResponse`. */
export function delivery(
  retryCount: number,
  executionCount = retryCount,
  previousResponse = 422,
): Record<string, string> {
  return {
    ...firstDelivery,
    "x-cloudtasks-taskretrycount": String(retryCount),
    "x-cloudtasks-taskexecutioncount": String(executionCount),
    ...(retryCount > 0 && {
      "x-cloudtasks-taskpreviousresponse": String(previousResponse),
      "x-cloudtasks-taskretryreason": "",
    }),
  };
}

export const message = { to: "ada@example.com", subject: "Hello", text: "It works." };

/** Timers that run when a test says how much time has passed. */
export class TestTimers {
  now = 0;
  readonly #waiting = new Set<{ at: number; run: () => void }>();

  readonly after: After = (ms, run) => {
    const timer = { at: this.now + ms, run };
    this.#waiting.add(timer);
    return () => this.#waiting.delete(timer);
  };

  /** When the timers that wait are due. */
  get due(): number[] {
    return [...this.#waiting].map(({ at }) => at).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    this.now += ms;
    for (const timer of [...this.#waiting]) {
      if (timer.at <= this.now && this.#waiting.delete(timer)) timer.run();
    }
  }
}

/** Cloud Tasks as the worker under test sees it: what was created and deleted, and what to answer. */
export class TestCloudTasks implements CloudTasks {
  readonly created: { queue: string; task: TaskResource & { name: string }; bound?: CallBound }[] =
    [];
  readonly deleted: string[] = [];
  failWith: Error | undefined;
  /** What happens while a task is deleted. */
  onDelete: () => void = () => undefined;

  async createTask(queue: string, task: TaskResource & { name: string }, bound?: CallBound) {
    if (this.failWith) throw this.failWith;
    const exists = this.created.some((earlier) => earlier.task.name === task.name);
    this.created.push({ queue, task, ...(bound && { bound }) });
    return exists ? "exists" : "created";
  }

  async deleteTask(name: string) {
    if (this.failWith) throw this.failWith;
    this.onDelete();
    this.deleted.push(name);
    return "deleted" as const;
  }

  getTask() {
    return Promise.reject(new Error("The worker does not look at tasks."));
  }
}

/** A worker on a free port of loopback, with everything around it in the test's hands. */
export class WorkerUnderTest {
  readonly api = new TestCloudTasks();
  readonly timers = new TestTimers();
  readonly lines: Record<string, unknown>[] = [];
  readonly #stop = new StopSign();
  readonly #server: Server;
  #url: Promise<string> | undefined;
  #isStopping = false;

  constructor(
    handlers: Partial<Handlers>,
    { tasks = contract.tasks, share }: { tasks?: TaskTable["tasks"]; share?: WorkerShare } = {},
  ) {
    const log = makeLog({ write: (line) => this.lines.push(JSON.parse(line)) });
    const now = () => this.timers.now;
    const { after } = this.timers;
    const unused = () => Promise.reject(new Error("This handler is not part of the test."));
    const deliver = makeDeliver({
      tasks,
      share,
      settings: { mailFrom: "tasks@example.com", smtpUrl: "smtp://127.0.0.1:1" },
      handlers: { "send-email": unused, "send-digest": unused, ...handlers },
      deadLetters: makeDeadLetters(DEAD_LETTER_QUEUE, "worker-00001-abc", this.api),
      client: createClient<TaskTable>(contract, { queues }, { api: this.api }),
      log,
      stop: this.#stop,
      now,
      date: () => new Date("2026-11-24T12:00:00Z"),
      after,
    });
    const isStopping = () => this.#isStopping;
    const app = makeApp({ queues, invoker: INVOKER, deliver, log, now, isStopping });
    this.#server = makeServer(app, log);
  }

  /** The worker's address. It listens from the first time that this is asked for. */
  url(): Promise<string> {
    this.#url ??= new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
    return this.#url;
  }

  /** Resolves once the next connection has brought so many bytes. */
  async received(bytes: number): Promise<void> {
    const [socket] = (await once(this.#server, "connection")) as [Socket];
    while (socket.bytesRead < bytes) await new Promise(setImmediate);
  }

  /** Delivers a task, and returns the answer's status. */
  async deliver(
    headers: Readonly<Record<string, string>> = firstDelivery,
    {
      task = "send-email",
      path = `/tasks/${task}`,
      method = "POST",
      body = JSON.stringify(message),
    }: {
      task?: string;
      path?: string;
      method?: string;
      body?: string | Uint8Array<ArrayBuffer> | ReadableStream | null;
    } = {},
  ): Promise<number> {
    const response = await fetch((await this.url()) + path, {
      method,
      headers,
      body,
      duplex: "half",
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** What SIGTERM does. Resolves when the process would exit. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return stopGracefully(
      this.#server,
      () => {
        this.#stop.raise();
      },
      this.timers.after,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A handler that waits until the test lets it end. `started` resolves when it runs. */
export function makeGate() {
  let start!: () => void;
  let open!: () => void;
  const started = new Promise<void>((resolve) => (start = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    started,
    open,
    handler: async () => {
      start();
      await opened;
    },
  };
}
