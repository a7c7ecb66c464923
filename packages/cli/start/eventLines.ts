import { printable } from "../command/printable.ts";
import { clockTime } from "../command/words.ts";
import { decoded, deadLetterHeaders } from "../../../tasks/contract/deadLetter.ts";
import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";
import { isClaimName } from "../operate/redrive/claimName.ts";
import { isTold, logTone, readLogLine } from "../operate/show/logLine.ts";
import { aboutWords } from "../stack/openAlerts.ts";
import { debuggerAddress, logText } from "./logLines.ts";

/** What an event looks like to a person. */
export interface EventLine {
  /** What happened, in a word or two. */
  readonly label: string;
  readonly text: string;
  readonly tone: "plain" | "good" | "warn" | "bad";
  /** Of a delivery: its queue and its task's kind. */
  readonly subject?: string;
  /** Of a delivery: how it ended. */
  readonly result?: string;
  /** The task that it is about: the head of an id, as the text has it, and the whole id where it is found. */
  readonly task?: { readonly shown: string; readonly id: string };
}

/** The logical name of a queue, by its full name. */
export type QueueNames = ReadonlyMap<string, string>;

type Describe = {
  readonly [Name in EventName]: (
    event: CloudEvents[Name],
    queues: QueueNames,
    now: number,
  ) => EventLine | undefined;
};

/** The line of an event, or `undefined` for one that says nothing to a person. */
export function eventLine<Name extends EventName>(
  name: Name,
  event: CloudEvents[Name],
  queues: QueueNames,
  now: number,
): EventLine | undefined {
  return DESCRIBE[name](event, queues, now);
}

/** A task that is due sooner is due at once, as far as one can see. */
const DUE_LATER_MS = 1000;

const DESCRIBE: Describe = {
  taskCreated({ queue, task, url, headers, scheduleTime }, queues, now) {
    if (isClaimName(task)) return undefined;
    const reason = headers[deadLetterHeaders.reason];
    if (reason !== undefined) {
      const error = decoded(headers[deadLetterHeaders.error] ?? "");
      const request = decoded(headers[deadLetterHeaders.request] ?? "?");
      const named = headers[deadLetterHeaders.task] ?? request;
      const from = `${headers[deadLetterHeaders.queue] ?? "?"}  ${named}`;
      // Its own id first, as everywhere; then that of the task in the lines before.
      const id = shortId(task);
      const taskId = headers[deadLetterHeaders.taskId];
      const of = taskId === undefined ? "" : ` (task ${shortId(decoded(taskId))})`;
      return {
        label: "dead letter",
        text: printable(`${from} ${id}${of}  ${reason}: ${error}`),
        tone: "bad",
        task: { shown: id, id: lastSegment(task) },
      };
    }
    const due = scheduleTime > now + DUE_LATER_MS ? `  due ${clockTime(scheduleTime)}` : "";
    return {
      label: "enqueued",
      text: `${where(queue, queues)}  ${what(url, task)}${due}`,
      tone: "plain",
      task: { shown: shortId(task), id: lastSegment(task) },
    };
  },

  deliveryFinished(event, queues) {
    const { queue, task, url, dispatchCount, status, error, durationMs, retryTime, end } = event;
    const result = resultOf(status, error);
    const next =
      retryTime !== undefined
        ? `; next at ${clockTime(retryTime)}`
        : end === "dropped"
          ? "; dropped: the task is gone"
          : "";
    return {
      label: `delivery ${dispatchCount}`,
      text: `${where(queue, queues)}  ${what(url, task)}  ${result} in ${Math.round(durationMs)} ms${next}`,
      tone: end === "done" ? "good" : end === "dropped" ? "bad" : "warn",
      subject: `${where(queue, queues)}  ${kindOf(url)}`,
      result,
    };
  },

  taskDeleted({ queue, task }, queues) {
    if (isClaimName(task)) return undefined;
    return { label: "deleted", text: `${where(queue, queues)}  ${shortId(task)}`, tone: "plain" };
  },

  queueChanged({ queue, change }, queues) {
    return { label: change, text: `${where(queue, queues)}${MEANS[change]}`, tone: "warn" };
  },

  jobFinished({ job, status, error, retryTime }) {
    const done = status >= 200 && status < 300;
    const result = resultOf(status, error);
    const next = retryTime === undefined ? "" : `; next at ${clockTime(retryTime)}`;
    return {
      label: "schedule",
      text: `${lastSegment(job)}  ${result}${next}`,
      tone: done ? "good" : "bad",
    };
  },

  denied({ member, permission, resource }) {
    return { label: "denied", text: `${member} lacks ${permission} on ${resource}`, tone: "bad" };
  },

  refused({ host, path, status, reason }) {
    return { label: "refused", text: `${status} for ${host}${path}: ${reason}`, tone: "bad" };
  },

  containerLog({ service, line }) {
    const entry = readLogLine(line);
    if (!isTold(entry)) return undefined;
    const address = debuggerAddress(entry);
    if (address !== undefined) {
      const text = `${service}  ${address}: add it to chrome://inspect, or attach an editor`;
      return { label: "debugger", text, tone: "good" };
    }
    return { label: "log", text: `${service}  ${logText(entry)}`, tone: logTone(entry) };
  },

  instance({ revision, state, detail }) {
    if (state === "stopped") return undefined;
    const tone = state === "started" ? "plain" : "bad";
    const next =
      state === "started" ? "" : "; a task that it was at is delivered again, its budget untouched";
    return {
      label: `worker ${state}`,
      text: `${revision}${detail ? `  ${detail}` : ""}${next}`,
      tone,
    };
  },

  alertOpened({ displayName, severity, labels }) {
    return {
      label: "alert",
      text: alertText(displayName, labels),
      tone: severity === "CRITICAL" ? "bad" : "warn",
    };
  },

  alertClosed({ displayName, labels }) {
    return { label: "alert over", text: alertText(displayName, labels), tone: "good" };
  },

  notEmulated({ what }) {
    return { label: "not emulated", text: what, tone: "warn" };
  },
};

const MEANS: Readonly<Record<CloudEvents["queueChanged"]["change"], string>> = {
  paused: "  its tasks wait until it is resumed",
  resumed: "",
  purged: "  the tasks that it held are gone",
};

/** `local: Tasks become dead letters  task send-email, queue email`. */
function alertText(name: string, labels: Readonly<Record<string, string>>): string {
  return printable([name, aboutWords(labels)].filter((part) => part !== "").join("  "));
}

function resultOf(status: number, error: string | undefined): string {
  return status === 0 ? (error ?? "no answer") : `${status}${error ? ` ${error}` : ""}`;
}

/** The logical name of a queue; of one that is not known, its own. */
export function where(queue: string, queues: QueueNames): string {
  return queues.get(queue) ?? lastSegment(queue);
}

/** The task's kind and the head of its id. */
function what(url: string, task: string): string {
  return `${kindOf(url)} ${shortId(task)}`;
}

/** The last segment of the task's URL. */
function kindOf(url: string): string {
  return printable(lastSegment(url));
}

function shortId(task: string): string {
  return lastSegment(task).slice(0, 8);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
