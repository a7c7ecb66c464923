import { join } from "node:path";
import { deliveryRequest, workerEnvironment } from "../delivery.ts";
import type { Result } from "../figure.ts";
import { startLoadGenerator } from "../load.ts";
import { bundle, makeNoopProject } from "../noopProject.ts";
import { makeScratch } from "../scratch.ts";
import { startServer } from "../serverProcess.ts";

const CONNECTIONS = 50;
const WARM_UP_MS = 1000;
const WINDOW_MS = 2000;
const WINDOWS = 5;

/** How many tasks a second the worker answers, when their handlers do nothing. */
export async function measureWorkerRequests(): Promise<Result[]> {
  using scratch = makeScratch();
  const at = (name: string): string => join(scratch.directory, name);
  makeNoopProject(scratch.directory);
  const workerFile = bundle(at("worker/main.ts"), at("bundle"));
  const bareFile = bundle("bench/servers/bare.ts", at("bare"));

  await using worker = await startServer(workerFile, at("worker.log"), workerEnvironment);
  await using bare = await startServer(bareFile, at("bare.log"));
  await using framework = await startServer("bench/servers/framework.ts", at("framework.log"));
  await using load = startLoadGenerator();

  const rate = (port: number, durationMs: number): Promise<number> =>
    load.run({ ...deliveryRequest(), port, durationMs, connections: CONNECTIONS });
  const servers = [worker, bare, framework].map(({ port }) => ({ port, runs: [] as number[] }));
  for (const { port } of servers) await rate(port, WARM_UP_MS);
  for (let n = 0; n < WINDOWS; n += 1) {
    for (const { port, runs } of servers) runs.push(await rate(port, WINDOW_MS));
  }

  const [runs = [], bareRuns = [], frameworkRuns = []] = servers.map((server) => server.runs);
  const figure = "worker: no-op tasks answered";
  return [
    {
      figure,
      unit: "/s",
      runs,
      baseline: { name: "bare node:http server", runs: bareRuns },
      target: { of: "ratio", atLeast: 0.5 },
    },
    {
      figure,
      unit: "/s",
      runs,
      baseline: { name: "functions-framework", runs: frameworkRuns },
      target: { of: "ratio", atLeast: 3 },
    },
  ];
}
