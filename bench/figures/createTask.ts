import { join } from "node:path";
import { encodeBytes } from "@background-tasks/cloud/grpc/messageCodec.ts";
import { loadProtos } from "@background-tasks/cloud/grpc/protos.ts";
import type { Result } from "../figure.ts";
import { startLoadGenerator, type LoadOrder } from "../load.ts";
import { startQueueCloud } from "../queueCloud.ts";
import { makeScratch } from "../scratch.ts";
import { startServer } from "../serverProcess.ts";

const CONNECTIONS = 50;
const WARM_UP_MS = 1500;
const WINDOW_MS = 1500;
const WINDOWS = 3;
const SERVICE = "google.cloud.tasks.v2";

const task = {
  httpRequest: {
    url: "https://worker.example/tasks/send-email",
    httpMethod: "POST",
    headers: { "Content-Type": "application/json" },
    body: Buffer.from(JSON.stringify({ to: "ada@example.com", report: 4711 })).toString("base64"),
  },
};

/** How many tasks a second the API creates on a paused queue, over REST and over gRPC. */
export async function measureCreateTask(): Promise<Result[]> {
  using scratch = makeScratch();
  const at = (name: string): string => join(scratch.directory, name);
  await using cloud = await startQueueCloud(1);
  await using load = startLoadGenerator();
  const [queue = ""] = cloud.queues;
  await cloud.client.pauseQueues();

  // What the API answers, for the baselines to answer too.
  const answer = await cloud.client.post(`v2/${queue}/tasks`, { task });
  const protos = loadProtos();
  const encode = (type: string, json: object): string =>
    Buffer.from(encodeBytes(protos.lookupType(`${SERVICE}.${type}`), json)).toString("base64");
  const json = Buffer.from(JSON.stringify(answer)).toString("base64");
  await using bareHttp = await startServer("bench/servers/bareApi.ts", at("http.log"), {
    PROTOCOL: "http",
    ANSWER: json,
  });
  await using bareGrpc = await startServer("bench/servers/bareApi.ts", at("grpc.log"), {
    PROTOCOL: "grpc",
    ANSWER: encode("Task", answer),
  });

  const rest = {
    protocol: "http",
    path: `/v2/${queue}/tasks`,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ task }),
    status: 200,
  } as const;
  const grpc = {
    protocol: "grpc",
    path: `/${SERVICE}.CloudTasks/CreateTask`,
    headers: {},
    body: encode("CreateTaskRequest", { parent: queue, task }),
    status: 0,
  } as const;
  const orders: readonly Omit<LoadOrder, "connections" | "durationMs">[] = [
    { ...rest, port: Number(new URL(cloud.cloud.endpoint).port) },
    { ...rest, port: bareHttp.port },
    { ...grpc, port: cloud.cloud.grpcPort },
    { ...grpc, port: bareGrpc.port },
  ];
  const runs: number[][] = orders.map(() => []);
  for (const order of orders) {
    await load.run({ ...order, connections: CONNECTIONS, durationMs: WARM_UP_MS });
  }
  for (let n = 0; n < WINDOWS; n += 1) {
    for (const [index, order] of orders.entries()) {
      const rate = await load.run({ ...order, connections: CONNECTIONS, durationMs: WINDOW_MS });
      runs[index]?.push(rate);
    }
  }
  const [restRuns = [], httpRuns = [], grpcRuns = [], http2Runs = []] = runs;
  return [
    {
      figure: `local cloud: CreateTask over REST, ${CONNECTIONS} connections`,
      unit: "/s",
      runs: restRuns,
      baseline: { name: "bare node:http server", runs: httpRuns },
      target: { of: "figure", atLeast: 5000 },
    },
    {
      figure: `local cloud: CreateTask over gRPC, ${CONNECTIONS} connections`,
      unit: "/s",
      runs: grpcRuns,
      baseline: { name: "bare node:http2 server", runs: http2Runs },
      target: { of: "figure", atLeast: 5000 },
    },
  ];
}
