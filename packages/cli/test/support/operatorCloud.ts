import {
  startLocalCloud,
  type HostHandler,
  type LocalCloud,
} from "@background-tasks/cloud/startLocalCloud.ts";
import { connectCloudTasks } from "../../../../tasks/client/cloudTasks.ts";
import { causeOf } from "../../../../tasks/contract/cause.ts";
import { deadLetterId, type DeadLetterReason } from "../../../../tasks/contract/deadLetter.ts";
import { makeDeadLetters } from "../../../../worker/deadLetters.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle, type HttpMethod } from "../../stack/googleApi.ts";
import type { Operations } from "../../stack/outputs.ts";

/** What is out of the ordinary of a dead letter. */
export interface Death {
  readonly task?: string | undefined;
  readonly queue?: string;
  readonly reason?: DeadLetterReason;
  readonly error?: string;
  readonly cause?: string;
  readonly time?: Date;
  readonly body?: string;
  readonly key?: string;
  readonly history?: string;
}

const LOCATION = "projects/local-project/locations/europe-west1";

/** A stack's queues on a local cloud of virtual time, as whoever operates them sees them. */
export interface OperatorCloud extends AsyncDisposable {
  readonly cloud: LocalCloud;
  readonly port: number;
  readonly operations: Operations;
  readonly calls: OperatorCalls;
  /** The calls that were made, such as `GET /v2/…/tasks?…`. */
  readonly made: readonly string[];
  /** Has the worker write the dead letter of a task that ended like this. `n` tells one from another. Returns its id. */
  die(n: number, death?: Death): Promise<string>;
  /** Calls Google's API as the owner of the project. */
  api(method: HttpMethod, path: string, body?: unknown): Promise<unknown>;
}

export const START = new Date("2026-11-25T12:00:00Z");

const WORKER = "worker.example";

/**
 * Its queues are paused; those that are given a worker, in its place a function that answers deliveries, are not,
 * but for the dead-letter queue.
 */
export async function startOperatorCloud(worker?: HostHandler): Promise<OperatorCloud> {
  const cloud = await startLocalCloud({
    clock: "virtual",
    startTime: START,
    ...(worker && { hosts: { [WORKER]: worker } }),
  });
  const port = Number(new URL(cloud.endpoint).port);
  const target = { port, local: false };
  const api: OperatorCloud["api"] = (method, path, body) =>
    callGoogle(target, "the local cloud", method, path, body);
  const queues: Record<string, string> = {};
  for (const key of ["email", "default", "dead-letter"]) {
    queues[key] = `${LOCATION}/queues/dev-${key}-1a2b`;
    const isServed = worker !== undefined && key !== "dead-letter";
    const httpTarget = { uriOverride: { host: WORKER, uriOverrideEnforceMode: "ALWAYS" } };
    const queue = { name: queues[key], ...(isServed && { httpTarget }) };
    await api("POST", `/v2/${LOCATION}/queues`, queue);
    if (!isServed) await api("POST", `/v2/${queues[key]}:pause`, {});
  }
  const operations: Operations = {
    stack: "dev",
    project: "local-project",
    region: "europe-west1",
    protect: false,
    queues,
    schedules: {},
    workers: [
      {
        name: "worker",
        service: `${LOCATION}/services/dev-worker`,
        url: "https://w.invalid",
        invoker: "i@p",
        queues: Object.keys(queues),
      },
    ],
    imageRepository: "r",
  };
  const made: string[] = [];
  const calls = makeOperatorCalls(operations, {
    call(name, method, path, body) {
      made.push(`${method} ${path}`);
      return callGoogle(target, name, method, path, body);
    },
    now: () => +cloud.now(),
    async sleep() {
      throw new Error("Nothing is tried again here.");
    },
  });
  const deadLetters = makeDeadLetters(
    queues["dead-letter"]!,
    "worker-00042-abc",
    connectCloudTasks({ endpoint: cloud.endpoint }),
  );

  return {
    cloud,
    port,
    operations,
    calls,
    made,
    api,
    async die(n, death = {}) {
      const {
        queue = "email",
        reason = "attempts-exhausted",
        error = "connect ECONNREFUSED 10.0.0.4:587",
        time = cloud.now(),
        body: text = '{"to":"ada@example.com"}',
        key = `key-${n}`,
        history,
      } = death;
      const task = "task" in death ? death.task : "send-email";
      const body = Buffer.from(text);
      const request = {
        task,
        line: `POST /tasks/${task ?? ""}`,
        queue: {
          name: queues[queue] ?? "",
          logicalName: queue,
          dispatchDeadline: "60s",
          dispatchDeadlineMs: 60_000,
          maxAttempts: 8,
          maxDeliveries: 40,
        },
        taskId: `task-${n}`,
        retryCount: 8,
        executionCount: 7,
        previousResponse: 422,
        deadlineMs: 60_000,
        scheduledTime: time,
        enqueueId: `enqueue-${n}`,
        idempotencyKey: key,
        traceparent: undefined,
        redriveHistory: history,
        contentType: "application/json",
        body,
        bodySize: body.length,
      } as const;
      const cause = death.cause ?? causeOf({ task, reason, error });
      await deadLetters.add(request, { reason, error, cause, attempts: 8, time }, {});
      return deadLetterId(queue, request.taskId, request.enqueueId, body);
    },
    [Symbol.asyncDispose]: () => cloud.stop(),
  };
}
