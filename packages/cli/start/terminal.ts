import { printable } from "../command/printable.ts";
import { createColors } from "picocolors";
import { decoded, deadLetterHeaders } from "../../../tasks/contract/deadLetter.ts";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import type { Change } from "@background-tasks/program/apply/deployment.ts";
import { clockTime } from "../command/words.ts";
import { eventLine, where, type EventLine, type QueueNames } from "./eventLines.ts";
import { DeliveryGroups, type DeliveryGroup, type Repeats } from "./deliveryGroups.ts";
import { isTold, logTone, readLogLine, type LogLine } from "../operate/show/logLine.ts";
import { logText } from "./logLines.ts";
import type { NextRun } from "./nextRuns.ts";
import type { FramesOf } from "../command/stackFrames.ts";
import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";

const LABEL_WIDTH = 12;
/** What a line of a delivery's group begins with. */
const INDENT = " ".repeat(15 + LABEL_WIDTH);

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
  /** The link to a task in the console, for a terminal that has links. @default - none */
  readonly linkOf?: (taskId: string) => string | undefined;
  /** Reads the stacks of the worker's errors. */
  readonly framesOf: FramesOf;
}

/** Where things are, as URLs. */
export interface Addresses {
  /** The page that shows what is going on, with the token that opens it. */
  readonly console: string;
  /** Google's API, and the worker as the world outside sees it. */
  readonly api: string;
  /** The worker as a caller inside the project's network sees it. */
  readonly inside: string;
  /** Cloud Tasks over gRPC: `127.0.0.1:8125`. */
  readonly grpc: string;
  /** The workers' URLs in the cloud, by their names: the host chooses one at the first two addresses. */
  readonly workers: Readonly<Record<string, string>>;
  readonly mail: string;
}

/** What to try first. */
export interface FirstSteps {
  /** The command line that enqueues a task. */
  readonly enqueue: string;
  readonly schedules: readonly NextRun[];
  /** What the commands take to find this cloud: ` --port 9000`, or nothing. */
  readonly flag: string;
}

/** Tells what happens: in lines for a person, or in JSON, one object a line, for a program. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #colors: ReturnType<typeof createColors>;
  #queues: QueueNames = new Map();
  readonly #deliveries: DeliveryGroups;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#colors = createColors(options.isColored);
    this.#deliveries = new DeliveryGroups({
      tell: (group) => {
        this.#group(group);
      },
      sumUp: (repeats) => {
        this.#sumUp(repeats);
      },
      later: (ms, act) => {
        setTimeout(act, ms).unref();
      },
    });
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
    else {
      const told = printable(this.#options.quiet ? text : withoutLog(text));
      this.#options.write(this.#colors.red(told));
    }
  }

  /** What is still to be done before the code is whole. Nobody has made a mistake. */
  unfinished(text: string): void {
    if (this.#options.json) this.#json("problem", { text });
    else this.#options.write(this.#colors.yellow(printable(text)));
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
  ready(addresses: Addresses, sinceStartMs: number, first?: FirstSteps): void {
    if (this.#options.json) {
      this.#json("ready", { addresses, durationMs: Math.round(sinceStartMs) });
      return;
    }
    this.say(`\n${this.#colors.bold(`Ready in ${(sinceStartMs / 1000).toFixed(1)} s.`)}\n`);
    const lines = addressLines(addresses);
    const width = Math.max(...lines.map(([label]) => label.length));
    for (const [label, text] of lines) this.say(`  ${label.padEnd(width)}  ${text}`);
    for (const line of first ? stepLines(first) : []) this.say(line);
    this.say("\nCtrl-C stops everything.\n");
  }

  /** Tells what was kept back for more that belongs to it. */
  flush(): void {
    this.#deliveries.flush();
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
    const line = eventLine(name, event, this.#queues, this.#options.now());
    if (!this.#belongsToDelivery(name, event, line) && line) {
      this.#line(line);
      if (name === "containerLog")
        this.#stack(readLogLine((event as CloudEvents["containerLog"]).line));
    }
  }

  /** Has what is told of a delivery told together. */
  #belongsToDelivery(
    name: EventName,
    event: CloudEvents[EventName],
    line: EventLine | undefined,
  ): boolean {
    if (name === "containerLog") {
      const entry = readLogLine((event as CloudEvents["containerLog"]).line);
      if (!entry.task) return false;
      // What is not told still says that its delivery has ended.
      this.#deliveries.log(keyOf(entry.task.queue, entry.task.id), entry);
      return true;
    }
    if (name === "deliveryFinished" && line) {
      const { queue, task } = event as CloudEvents["deliveryFinished"];
      const id = task.slice(task.lastIndexOf("/") + 1);
      this.#deliveries.finished(keyOf(where(queue, this.#queues), id), line);
      return true;
    }
    if (name !== "taskCreated" || !line) return false;
    const { headers } = event as CloudEvents["taskCreated"];
    const { [deadLetterHeaders.taskId]: id, [deadLetterHeaders.queue]: queue } = headers;
    if (id === undefined) return false;
    this.#deliveries.deadLetter(keyOf(decoded(queue ?? ""), decoded(id)), line);
    return true;
  }

  #group({ line, logs, deadLetter, isRepeated }: DeliveryGroup): void {
    if (line) {
      this.#line(
        deadLetter
          ? { ...line, text: `${line.text}; it is a dead letter now`, tone: "plain" }
          : line,
      );
    }
    for (const entry of logs.filter(isTold)) {
      if (this.#options.quiet && logTone(entry) !== "bad") continue;
      // The line of the dead letter says the same.
      if (!deadLetter || entry.outcome !== "dead-letter") {
        this.#options.write(this.#colors.dim(INDENT + inLine(logText(entry))));
      }
      if (!isRepeated && !(deadLetter && entry.outcome === "dead-letter")) this.#stack(entry);
    }
    if (!deadLetter) return;
    this.#line(deadLetter);
    const last = logs.find(({ outcome }) => outcome === "dead-letter");
    if (last && !isRepeated) this.#stack(last);
  }

  #sumUp({ line, why, deliveries, deadLetters }: Repeats): void {
    const ended = deadLetters === 0 ? "" : `; ${deadLetters} of them are dead letters now`;
    const count = `${deliveries} more ${deliveries === 1 ? "delivery" : "deliveries"} failed in the same way`;
    const text = `${line.subject ?? ""}  ${count} (${why})${ended}`;
    this.#line({ label: "repeated", text, tone: deadLetters > 0 ? "bad" : "warn" });
  }

  /** Where an error was thrown. */
  #stack({ stack }: LogLine): void {
    if (stack === undefined || this.#options.quiet) return;
    for (const frame of this.#options.framesOf(stack)) {
      this.#options.write(this.#colors.dim(`${INDENT}  ${inLine(frame)}`));
    }
  }

  #line({ label, text, tone, task }: EventLine): void {
    if (this.#options.quiet && tone !== "bad") return;
    const time = this.#colors.dim(clockTime(this.#options.now()));
    const titled = this.#colors[TONES[tone]](label.padEnd(LABEL_WIDTH));
    this.#options.write(`${time}  ${titled} ${this.#linked(inLine(text), task)}`);
  }

  /** Puts a link on the head of the task's id, which terminals show as it is: OSC 8. */
  #linked(text: string, task: EventLine["task"]): string {
    const { isColored, linkOf } = this.#options;
    const link = isColored && task ? linkOf?.(task.id) : undefined;
    if (link === undefined || !task) return text;
    const linked = ` \u001b]8;;${link}\u0007${task.shown}\u001b]8;;\u0007`;
    return text.replace(` ${task.shown}`, () => linked);
  }

  #json(event: string, fields: object): void {
    const time = new Date(this.#options.now()).toISOString();
    this.#options.write(JSON.stringify({ time, event, ...fields }));
  }
}

function stepLines({ enqueue, schedules, flag }: FirstSteps): string[] {
  return [
    "\nEnqueue a task from another terminal:",
    `  ${enqueue}`,
    ...(schedules.length === 0 ? [] : ["\nThe schedules, and how to run one now:"]),
    ...schedules.flatMap(({ schedule, next }) => [
      `  ${schedule}: ${next}`,
      `    npm run tasks -- run ${schedule}${flag}`,
    ]),
  ];
}

/** What anybody may have written, so that it cannot pass for lines of its own, nor move what is shown. */
function inLine(text: string): string {
  return printable(text).replaceAll("\n", `\n${INDENT}`);
}

/** A task, for which its id is not enough: it is one in its queue alone. */
function keyOf(queue: string, id: string): string {
  return `${queue} ${id}`;
}

/** The log of a container that did not start has been shown as it came. */
function withoutLog(problem: string): string {
  return problem.replace(NOT_READY, " It did not start$1; its log is above.").trimEnd();
}

/** What Cloud Run says of a container that does not start. Here, a port is the least likely of reasons. */
const NOT_READY =
  / The user-provided container failed to start and listen on the port [^(\n]*( \([^)\n]*\))?\.(?: Its last lines:\n(?: {2}.*(?:\n|$))*| It wrote nothing\.)/;

function addressLines({
  console,
  api,
  inside,
  grpc,
  workers,
  mail,
}: Addresses): [string, string][] {
  const all = Object.entries(workers);
  return [
    ["Console", console],
    ["Google's API", api],
    ["  over gRPC", grpc],
    ...all.flatMap(([name, url]) =>
      workerLines({ url, ...(all.length > 1 && { name }) }, api, inside),
    ),
    ["Mail", mail],
  ];
}

/** Where a worker is, which has a name where there are several. */
function workerLines(
  { url, name }: { readonly url: string; readonly name?: string },
  api: string,
  inside: string,
): [string, string][] {
  const to = `-H 'Host: ${new URL(url).host}'`;
  const { port } = new URL(api);
  const options = [
    ...(port === String(LOCAL_API_PORT) ? [] : [` --port ${port}`]),
    ...(name === undefined ? [] : [` --worker ${name}`]),
  ].join("");
  const token = `npm run --silent token${options === "" ? "" : ` --${options}`}`;
  return [
    [name === undefined ? "Worker" : `Worker '${name}'`, url],
    ["  from outside: 404", `curl -i ${to} ${api}/health`],
    ["  from inside: 403", `curl -i ${to} ${inside}/health`],
    [
      "  as its queues: 200",
      `curl -i -H "Authorization: Bearer $(${token})" ${to} ${inside}/health`,
    ],
  ];
}

/** `gcp:cloudtasks/queue:Queue` as `gcp:cloudtasks:Queue`, as Pulumi prints it. */
function shortType(type: string): string {
  return type.replace(/\/[^:]*/, "");
}
