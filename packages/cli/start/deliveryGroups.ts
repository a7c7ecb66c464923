import type { LogLine } from "../operate/show/logLine.ts";
import type { EventLine } from "./eventLines.ts";
import { messageText } from "./logLines.ts";

/** All that is told of one delivery, together. */
export interface DeliveryGroup {
  /** Absent where it has not ended yet, or is another cloud's. */
  readonly line?: EventLine;
  readonly logs: readonly LogLine[];
  /** The line of the dead letter that the delivery became. */
  readonly deadLetter?: EventLine;
  /** Where all that it tells has been told a moment ago. */
  readonly isRepeated: boolean;
}

/** Deliveries of one kind that failed in the same way and are not told one by one. */
export interface Repeats {
  /** The first of them that was not told. */
  readonly line: EventLine;
  readonly why: string;
  readonly deliveries: number;
  readonly deadLetters: number;
}

export interface DeliveryGroupsOptions {
  readonly tell: (group: DeliveryGroup) => void;
  readonly sumUp: (repeats: Repeats) => void;
  readonly later: (ms: number, act: () => void) => void;
}

/** How long a log line waits for the line of its delivery: a handler that takes longer is shown at work. */
const HOLD_MS = 2_000;
/** How long the line of a delivery waits for the worker's word on it, which comes through a pipe. */
const SETTLE_MS = 100;
/** How long after the line of a delivery its log lines may still come. */
const OVERTAKEN_MS = 500;
/** So many failures of one kind are told; from then on they are counted. */
const TOLD = 10;
/** So many kinds of failure are told apart: of one task, and of all. */
const MOST_OF_A_TASK = 5;
const MOST_KINDS = 50;
/** How often what was counted is told. */
const SUM_UP_MS = 5_000;

interface Waiting {
  logs: LogLine[];
  line?: EventLine;
  deadLetter?: EventLine;
}

interface Kind {
  told: number;
  line?: EventLine;
  readonly why: string;
  deliveries: number;
  deadLetters: number;
}

/**
 * Keeps together what belongs to a delivery: its own line, what the worker logs at it, and the dead letter that it
 * may become. Failures of the same kind are told a few times, and then counted.
 */
export class DeliveryGroups {
  readonly #options: DeliveryGroupsOptions;
  /** By the task: `keyOf`. */
  readonly #waiting = new Map<string, Waiting>();
  /** Deliveries that ended a moment ago without the worker's word on them, and whether each was told. */
  readonly #ended = new Map<string, boolean>();
  /** What failed lately, by queue, task and reason. */
  readonly #kinds = new Map<string, Kind>();

  constructor(options: DeliveryGroupsOptions) {
    this.#options = options;
  }

  /** A line that a worker logs about a task. */
  log(task: string, entry: LogLine): void {
    const wasTold = this.#ended.get(task);
    if (wasTold !== undefined && !this.#waiting.has(task)) {
      // What was counted with others is not told in part.
      if (wasTold) this.#options.tell({ logs: [entry], isRepeated: true });
      return;
    }
    const group = this.#group(task);
    group.logs.push(entry);
    if (group.line && entry.outcome !== undefined) this.#release(task);
  }

  /** A dead letter was written of a task. */
  deadLetter(task: string, line: EventLine): void {
    this.#group(task).deadLetter = line;
  }

  /** A delivery of a task ended. */
  finished(task: string, line: EventLine): void {
    // It was delivered again before anything was said of the delivery before.
    if (this.#waiting.get(task)?.line) this.#release(task);
    const group = this.#group(task);
    group.line = line;
    if (group.logs.some(({ outcome }) => outcome !== undefined)) this.#release(task);
    else {
      this.#options.later(SETTLE_MS, () => {
        if (this.#waiting.get(task) === group) this.#release(task);
      });
    }
  }

  /** Tells what waits for more: there will be no more. */
  flush(): void {
    for (const task of [...this.#waiting.keys()]) this.#release(task);
  }

  #group(task: string): Waiting {
    const waiting = this.#waiting.get(task);
    if (waiting) return waiting;
    const group: Waiting = { logs: [] };
    this.#waiting.set(task, group);
    this.#options.later(HOLD_MS, () => {
      if (this.#waiting.get(task) === group) this.#release(task);
    });
    return group;
  }

  #release(task: string): void {
    const group = this.#waiting.get(task);
    if (!group) return;
    this.#waiting.delete(task);
    const kind = this.#kindOf(group);
    if (kind) kind.told += 1;
    const isTold = !kind || kind.told <= TOLD;
    // Its worker's word may still come.
    if (group.line && !group.logs.some(({ outcome }) => outcome !== undefined)) {
      this.#ended.set(task, isTold);
      this.#options.later(OVERTAKEN_MS, () => this.#ended.delete(task));
    }
    if (isTold) {
      this.#options.tell({ ...group, isRepeated: kind !== undefined && kind.told > 1 });
      return;
    }
    kind.deliveries += 1;
    if (group.deadLetter) kind.deadLetters += 1;
    if (group.line) kind.line ??= group.line;
  }

  /** What a delivery that failed has in common with others; `undefined` for one that did not. */
  #kindOf(group: Waiting): Kind | undefined {
    const { line, logs, deadLetter } = group;
    if (!line || (line.tone === "good" && !deadLetter)) return undefined;
    const why = whyOf(logs) ?? line.result ?? "";
    const subject = `${line.subject ?? ""} ${deadLetter ? "dead" : ""}`;
    const own = `${subject} ${why.replace(/[0-9a-f]{8,}|\d+/g, "#")}`;
    // Words differ, too: from some number of kinds on, all others are one.
    const ofSubject = [...this.#kinds.keys()].filter((key) => key.startsWith(subject)).length;
    const isOne =
      this.#kinds.has(own) || (ofSubject < MOST_OF_A_TASK && this.#kinds.size < MOST_KINDS);
    const key = isOne ? own : "others";
    const known = this.#kinds.get(key);
    if (known) return known;
    const kind: Kind = { told: 0, why, deliveries: 0, deadLetters: 0 };
    this.#kinds.set(key, kind);
    this.#sumUpLater(key, kind);
    return kind;
  }

  #sumUpLater(key: string, kind: Kind): void {
    const toldBefore = kind.told;
    this.#options.later(SUM_UP_MS, () => {
      const { line, why, deliveries, deadLetters } = kind;
      if (line) this.#options.sumUp({ line, why, deliveries, deadLetters });
      delete kind.line;
      kind.deliveries = 0;
      kind.deadLetters = 0;
      // Nothing of the kind for a while: the next is told again.
      if (kind.told === toldBefore) this.#kinds.delete(key);
      else this.#sumUpLater(key, kind);
    });
  }
}

/** Why a delivery failed, as the worker says after the colon of its own line. */
function whyOf(logs: readonly LogLine[]): string | undefined {
  const line = logs.find(({ outcome }) => outcome !== undefined);
  if (line === undefined) return undefined;
  const own = messageText(line);
  return /: ([^]*)$/.exec(own)?.[1] ?? own;
}
