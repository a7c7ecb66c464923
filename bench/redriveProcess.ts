import { randomBytes } from "node:crypto";
import { callGoogle } from "@background-tasks/cli/stack/googleApi.ts";
import { makeOperatorCalls } from "@background-tasks/cli/operate/calls/operatorCalls.ts";
import { openJournal } from "@background-tasks/cli/operate/redrive/journal.ts";
import { redrive } from "@background-tasks/cli/operate/redrive/redrive.ts";
import { findLetters } from "@background-tasks/cli/operate/redrive/survey.ts";

// A process that redrives all dead letters, as 'npm run tasks -- redrive' does, and tells its parent what that took.

/** What it tells. */
export interface RedriveReport {
  readonly created: number;
  readonly seconds: number;
}

const [, , letters = "", email = "", port = "", folder = ""] = process.argv;
process.once("disconnect", () => process.exit());

const operations = {
  ...{ stack: "bench", project: "bench", region: "europe-west1", protect: false },
  ...{ queues: { "dead-letter": letters, email }, schedules: {}, workers: [], imageRepository: "" },
};
const time = {
  now: Date.now,
  sleep: () => Promise.reject(new Error("The local cloud is never busy.")),
};
const calls = makeOperatorCalls(operations, {
  call: (...call) => callGoogle({ local: false, port: Number(port) }, ...call),
  ...time,
});
const start = performance.now();
const { letters: found, ...survey } = await findLetters(calls, {}, time);
await using journal = await openJournal(folder, "bench");
const { results, end } = await redrive(
  { calls, time, journal, randomHex: (bytes) => randomBytes(bytes).toString("hex") },
  {
    ...{ run: "bench", by: "bench", letters: found, survey },
    rules: {
      operations,
      force: true,
      contract: {
        tasks: {},
        queues: {
          email: {
            rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 100 },
            retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
            dispatchDeadline: "60s",
          },
        },
      },
    },
  },
);
if (end) throw end;
const report: RedriveReport = {
  created: results.filter(({ result }) => result === "created").length,
  seconds: (performance.now() - start) / 1000,
};
process.send?.(report);
