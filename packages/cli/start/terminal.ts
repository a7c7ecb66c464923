import { createColors } from "picocolors";
import type { Change } from "@background-tasks/program/apply/deployment.ts";
import { clockTime, eventLine, type EventLine, type QueueNames } from "./eventLines.ts";
import { isTold, logTaskId, logText, logTone } from "./logLines.ts";
import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";

const LABEL_WIDTH = 12;
/** How long a log line waits for the line of its delivery: a handler that takes longer is shown at work. */
const HOLD_MS = 2_000;
/** How long after the line of a delivery its log lines may still come. */
const OVERTAKEN_MS = 500;

/** The colour of a tone, by the name of the function that gives it. */
const TONES = { plain: "reset", good: "green", warn: "yellow", bad: "red" } as const;
const SIGNS = {
  create: ["green", "+"],
  update: ["yellow", "~"],
  replace: ["yellow", "±"],
  delete: ["red", "-"],
} as const;

export interface TerminalOptions {
  readonly quiet: boolean;
  readonly json: boolean;
  /** Whether lines are coloured: on a terminal, that is. */
  readonly isColored: boolean;
  readonly write: (line: string) => void;
  readonly now: () => number;
}

/** Where things are, as URLs. */
export interface Addresses {
  /** Google's API, and the worker as the world outside sees it. */
  readonly api: string;
  /** The worker as a caller inside the project's network sees it. */
  readonly inside: string;
  /** Cloud Tasks over gRPC: `127.0.0.1:8125`. */
  readonly grpc: string;
  /** The worker's URL in the cloud: its host chooses it at the first two addresses. Absent where nothing is deployed. */
  readonly worker?: string;
  readonly mail: string;
}

/** Tells what happens: in lines for a person, or in JSON, one object a line, for a program. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #colors: ReturnType<typeof createColors>;
  #queues: QueueNames = new Map();
  /** A worker's log lines by task, until the line of the delivery they belong to. */
  readonly #held = new Map<string, string[]>();
  /** Tasks of which a delivery ended a moment ago. */
  readonly #ended = new Set<string>();

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#colors = createColors(options.isColored);
  }

  /** From now on queues are told by these names. */
  nameQueues(queues: QueueNames): void {
    this.#queues = queues;
  }

  /** A sentence of `npm start` itself. */
  say(text: string): void {
    if (this.#options.json) this.#json("message", { text: text.trim() });
    else if (!this.#options.quiet) this.#options.write(text);
  }

  problem(text: string): void {
    if (this.#options.json) this.#json("problem", { text });
    else this.#options.write(this.#colors.red(text));
  }

  changed(change: Change): void {
    if (this.#options.json) this.#json("resource", change);
    else {
      const [color, sign] = SIGNS[change.operation];
      const type = shortType(change.type).padEnd(34);
      this.say(`  ${this.#colors[color](sign)} ${type} ${change.name}`);
    }
  }

  /** Says that all is up, where, and what to do next. */
  ready(addresses: Addresses, sinceStartMs: number, example?: string): void {
    if (this.#options.json) {
      this.#json("ready", { addresses, durationMs: Math.round(sinceStartMs) });
      return;
    }
    this.say(`\n${this.#colors.bold(`Ready in ${(sinceStartMs / 1000).toFixed(1)} s.`)}\n`);
    for (const [label, text] of addressLines(addresses)) this.say(`  ${label.padEnd(14)}  ${text}`);
    if (example === undefined) this.say("");
    else this.say(`\nEnqueue a task from another terminal:\n  ${example}`);
    this.say("Ctrl-C stops everything.\n");
  }

  /** A mail reached the local mail server. */
  mail(to: readonly string[], subject: string): void {
    if (this.#options.json) this.#json("mail", { to, subject });
    else this.#line({ label: "mail", text: `${to.join(", ")}  ${subject}`, tone: "good" });
  }

  event<Name extends EventName>(name: Name, event: CloudEvents[Name]): void {
    if (this.#options.json) {
      this.#json(name, event);
      return;
    }
    if (name === "containerLog" && this.#hold(event as CloudEvents["containerLog"])) return;
    const line = eventLine(name, event, this.#queues, this.#options.now());
    if (line) this.#line(line);
    if (name === "deliveryFinished") this.#end((event as CloudEvents["deliveryFinished"]).task);
  }

  /** Keeps a line that belongs to a delivery, to show it under the delivery's own. */
  #hold({ line }: CloudEvents["containerLog"]): boolean {
    const taskId = logTaskId(line);
    if (taskId === undefined) return false;
    if (!isTold(line)) return true;
    this.#held.set(taskId, [...(this.#held.get(taskId) ?? []), line]);
    // The answer may overtake the log, which comes through a pipe.
    if (this.#ended.has(taskId)) this.#release(taskId);
    else
      this.#later(HOLD_MS, () => {
        this.#release(taskId);
      });
    return true;
  }

  #end(task: string): void {
    const taskId = task.slice(task.lastIndexOf("/") + 1);
    this.#release(taskId);
    this.#ended.add(taskId);
    this.#later(OVERTAKEN_MS, () => this.#ended.delete(taskId));
  }

  #release(taskId: string): void {
    for (const line of this.#held.get(taskId) ?? []) {
      if (this.#options.quiet && logTone(line) !== "bad") continue;
      this.#options.write(this.#colors.dim(`${" ".repeat(14 + LABEL_WIDTH)} ${logText(line)}`));
    }
    this.#held.delete(taskId);
  }

  #later(ms: number, act: () => unknown): void {
    setTimeout(act, ms).unref();
  }

  #line({ label, text, tone }: EventLine): void {
    if (this.#options.quiet && tone !== "bad") return;
    const time = this.#colors.dim(clockTime(this.#options.now()));
    this.#options.write(`${time}  ${this.#colors[TONES[tone]](label.padEnd(LABEL_WIDTH))} ${text}`);
  }

  #json(event: string, fields: object): void {
    const time = new Date(this.#options.now()).toISOString();
    this.#options.write(JSON.stringify({ time, event, ...fields }));
  }
}

function addressLines({ api, inside, grpc, worker, mail }: Addresses): [string, string][] {
  return [
    ["Google's API", api],
    ["  over gRPC", grpc],
    ...(worker === undefined ? [] : workerLines(worker, api, inside)),
    ["Mail", mail],
  ];
}

function workerLines(worker: string, api: string, inside: string): [string, string][] {
  const { host } = new URL(worker);
  return [
    ["Worker", worker],
    ["  from outside", `curl -H 'Host: ${host}' ${api}/health`],
    ["  from inside", `curl -H 'Host: ${host}' ${inside}/health`],
  ];
}

/** `gcp:cloudtasks/queue:Queue` as `gcp:cloudtasks:Queue`, as Pulumi prints it. */
function shortType(type: string): string {
  return type.replace(/\/[^:]*/, "");
}
