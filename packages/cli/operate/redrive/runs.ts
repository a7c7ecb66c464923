import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Time } from "../calls/retries.ts";
import { stateFolder } from "../stateFolder.ts";
import { openJournal, type OpenJournal } from "./journal.ts";

/** What is around a run: of what redrives, takes back or buries. */
export interface RunSurroundings {
  readonly time: Time;
  readonly randomHex: (bytes: number) => string;
  readonly by: string;
  readonly openJournal: (stack: string, run: string) => Promise<OpenJournal>;
  /** Whether it was interrupted. */
  readonly isStopped: () => boolean;
}

/** Those of this process. Interrupted, it brings the claim at hand to its end; a second time ends it. */
export function runHere(): RunSurroundings {
  let isStopped = false;
  process.once("SIGINT", () => {
    isStopped = true;
  });
  return {
    time: {
      now: Date.now,
      sleep: async (ms) => {
        await wait(ms);
      },
    },
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    by: userInfo().username,
    openJournal: (stack, run) => openJournal(stateFolder(stack), run),
    isStopped: () => isStopped,
  };
}

/** Names a run: `20261125T120241Z-9c1f`. */
export function newRun({ time, randomHex }: Pick<RunSurroundings, "time" | "randomHex">): string {
  const now = new Date(time.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${now}-${randomHex(2)}`;
}

/** When a run began, in milliseconds, as its name says; `undefined` where it says nothing. */
export function runTime(run: string): number | undefined {
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z-/.exec(run) ?? [];
  if (date === undefined) return undefined;
  const day = date.replace(/(....)(..)(..)/, "$1-$2-$3");
  const time = Date.parse(`${day}T${hours ?? ""}:${minutes ?? ""}:${seconds ?? ""}Z`);
  return Number.isNaN(time) ? undefined : time;
}
