import { callGoogle } from "@background-tasks/cli/stack/googleApi.ts";
import { makeOperatorCalls } from "@background-tasks/cli/operate/calls/operatorCalls.ts";
import { Groups } from "@background-tasks/cli/operate/deadLetters/groups.ts";
import { matchingDeadLetters } from "@background-tasks/cli/operate/deadLetters/selector.ts";

// A process that puts the dead letters of a queue together by their causes, as 'npm run tasks -- dead-letters' does. It
// tells its parent what that took.

/** What it tells. */
export interface GroupReport {
  readonly letters: number;
  readonly causes: number;
  readonly seconds: number;
  /** The most memory that it had, Node and all. */
  readonly megabytes: number;
}

const [, , queue = "", port = ""] = process.argv;
process.once("disconnect", () => process.exit());

const start = performance.now();
const calls = makeOperatorCalls(
  {
    ...{ stack: "bench", project: "bench", region: "europe-west1", protect: false },
    ...{ queues: { "dead-letter": queue }, schedules: {}, imageRepository: "" },
    workers: [],
  },
  {
    call: (...call) => callGoogle({ local: false, port: Number(port) }, ...call),
    now: Date.now,
    sleep: () => Promise.reject(new Error("The local cloud is never busy.")),
  },
);
const groups = new Groups("cause");
for await (const page of matchingDeadLetters(calls, {})) groups.add(page);
const { all } = groups;
const report: GroupReport = {
  letters: all.reduce((sum, { count }) => sum + count, 0),
  causes: all.length,
  seconds: (performance.now() - start) / 1000,
  megabytes: process.resourceUsage().maxRSS / 1024,
};
process.send?.(report);
