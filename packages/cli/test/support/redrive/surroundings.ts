import type { LocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import type { RunSurroundings } from "../../../operate/redrive/runs.ts";

/** What is around a run on a cloud of virtual time. Its journal is kept nowhere; what is random counts from 1. */
export function inMemory(cloud: LocalCloud): RunSurroundings {
  let n = 0;
  return {
    time: {
      now: () => +cloud.now(),
      sleep: (ms) => cloud.advance(`${ms / 1000}s`),
    },
    randomHex: (bytes) => String((n += 1)).padStart(bytes * 2, "0"),
    by: "ada",
    openJournal: async () => ({
      file: "journal.ndjson",
      write: async () => undefined,
      told: async () => "unknown",
      [Symbol.asyncDispose]: async () => undefined,
    }),
    isStopped: () => false,
  };
}
