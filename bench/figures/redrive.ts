import { fork } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import type { Result } from "../figure.ts";
import { startQueueCloud } from "../queueCloud.ts";
import type { RedriveReport } from "../redriveProcess.ts";
import { makeScratch } from "../scratch.ts";
import { end } from "../serverProcess.ts";
import { deadLetter } from "./deadLetters.ts";

const LETTERS = 10_000;
/** A dead letter that is younger is left alone. */
const MIN_AGE_MS = 5000;

/** How many dead letters a second are put back, with claims, journal and all. */
export async function measureRedrive(): Promise<Result[]> {
  using scratch = makeScratch();
  await using letterCloud = await startQueueCloud(2);
  const { cloud, client, queues } = letterCloud;
  const [letters = "", email = ""] = queues;
  await client.pauseQueues();
  for (let n = 0; n < LETTERS; n += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        client.post(`v2/${letters}/tasks`, { task: deadLetter(n + i) }),
      ),
    );
  }
  await wait(MIN_AGE_MS);
  const { port } = new URL(cloud.endpoint);
  const script = new URL("../redriveProcess.ts", import.meta.url);
  const child = fork(script, [letters, email, port, scratch.directory], { stdio: "inherit" });
  try {
    const { created, seconds } = await new Promise<RedriveReport>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => {
        reject(new Error("The process that was to redrive ended."));
      });
    });
    if (created !== LETTERS) throw new Error(`${created} were redriven.`);
    return [
      {
        figure: "redrive: dead letters put back",
        unit: "/s",
        runs: [LETTERS / seconds],
        target: { of: "figure", atLeast: 500 },
      },
    ];
  } finally {
    await end(child);
  }
}
