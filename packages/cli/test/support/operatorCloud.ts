import {
  startLocalCloud,
  type HostHandler,
  type LocalCloud,
} from "@background-tasks/cloud/startLocalCloud.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle, type HttpMethod } from "../../stack/googleApi.ts";
import type { Operations } from "../../stack/outputs.ts";
import { makeDie, type Die } from "./dying.ts";

const LOCATION = "projects/local-project/locations/europe-west1";

/** A stack's queues on a local cloud of virtual time, as whoever operates them sees them. */
export interface OperatorCloud extends AsyncDisposable {
  readonly cloud: LocalCloud;
  readonly port: number;
  readonly operations: Operations;
  readonly calls: OperatorCalls;
  /** The calls that were made, such as `GET /v2/…/tasks?…`. */
  readonly made: readonly string[];
  readonly die: Die;
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
  return {
    cloud,
    port,
    operations,
    calls,
    made,
    api,
    die: makeDie({ endpoint: cloud.endpoint, queues, now: () => cloud.now() }),
    [Symbol.asyncDispose]: () => cloud.stop(),
  };
}
