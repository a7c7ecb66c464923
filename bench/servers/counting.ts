import { createServer } from "node:http";
import type { Arrivals, Expected, Listening } from "../countingWorker.ts";

// A worker that does nothing but answer 204. It tells its parent how late each of its tasks came.

let expected = 0;
let lateMs: number[] = [];

const server = createServer((request, response) => {
  const eta = request.headers["x-cloudtasks-tasketa"];
  // The baseline's requests are none of a task.
  if (typeof eta === "string") {
    lateMs.push(performance.timeOrigin + performance.now() - Number(eta) * 1000);
  }
  request.on("data", () => undefined);
  request.on("end", () => {
    response.writeHead(204).end();
    if (lateMs.length === expected && expected > 0) report();
  });
});

function report(): void {
  const arrivals: Arrivals = { lateMs };
  process.send?.(arrivals);
  lateMs = [];
  expected = 0;
}

process.on("message", ({ count }: Expected) => {
  expected = count;
});
// Whoever counts is gone.
process.once("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const listening: Listening = { port: typeof address === "object" ? (address?.port ?? 0) : 0 };
  process.send?.(listening);
});
