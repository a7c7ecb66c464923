import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { bundlePage } from "@background-tasks/cli/console/server/bundle.ts";
import { LOCAL_EVENTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { startLocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { percentile, type Result } from "../figure.ts";

const RUNS = 5;
const PER_SECOND = 500;
const SECONDS = 3;

/** What a browser is given of the console before it shows anything, and how old an event is when it arrives there. */
export async function measureConsole(): Promise<Result[]> {
  const files = await bundlePage();
  const bytes = Object.values(files).reduce((sum, { gzipped }) => sum + gzipped.length, 0);
  const runs: number[] = [];
  for (let n = 0; n < RUNS; n += 1) runs.push(await eventAge());
  return [
    {
      figure: "console: the page, compressed",
      unit: "KB",
      runs: [bytes / 1000],
      target: { of: "figure", atMost: 60 },
    },
    {
      figure: `console: an event's way to a reader, p99 at ${PER_SECOND}/s`,
      unit: "ms",
      runs,
      target: { of: "figure", atMost: 100 },
    },
  ];
}

async function eventAge(): Promise<number> {
  await using cloud = await startLocalCloud();
  const ages: number[] = [];
  const total = PER_SECOND * SECONDS;
  const heard = new Promise<void>((resolve, reject) => {
    let rest = "";
    get(`${cloud.endpoint}${LOCAL_EVENTS_PATH}?after=0`, { agent: false }, (response) => {
      response.on("data", (chunk: Buffer) => {
        const messages = (rest + chunk.toString()).split("\n\n");
        rest = messages.pop() ?? "";
        for (const message of messages) {
          const at = /"what":"([\d.]+)"/.exec(message)?.[1];
          if (at !== undefined) ages.push(performance.now() - Number(at));
        }
        if (ages.length < total) return;
        response.destroy();
        resolve();
      });
    }).on("error", reject);
  });
  const start = performance.now();
  for (let n = 0; n < total; n += 1) {
    const due = start + (n * 1000) / PER_SECOND;
    if (due > performance.now()) await wait(due - performance.now());
    cloud.events.emit("notEmulated", { what: String(performance.now()) });
  }
  await heard;
  return percentile(ages, 0.99);
}
