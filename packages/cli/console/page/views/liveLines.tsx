import { useState } from "preact/hooks";
import { isClaimName } from "../../../operate/redrive/claimName.ts";
import { isTold, logTone, readLogLine } from "../../../operate/show/logLine.ts";
import { useLive, type LiveEvent } from "../live.ts";
import { Filter, TaskLink, type About } from "../parts.tsx";
import { clock, countWords, last } from "../words.ts";
import { decoded } from "../session.ts";

/** Lines that are drawn: a screen or two of them is read, not two thousand. */
const MOST_LINES = 100;

interface Line {
  readonly label: string;
  readonly text: string;
  readonly tone: "plain" | "good" | "warn" | "bad";
  readonly taskId?: string;
}

/** What happens, as it happens. */
export function LiveLines({ about }: { readonly about: About }) {
  const live = useLive();
  const [filter, setFilter] = useState("");
  const [paused, setPaused] = useState<readonly LiveEvent[] | undefined>(undefined);
  const events = paused ?? live.events;
  const died = diedIn(events);
  const lines: { one: LiveEvent; line: Line }[] = [];
  // From the latest back, and no further than is drawn: this is done anew with each frame.
  for (let n = events.length - 1; n >= 0 && lines.length < MOST_LINES; n -= 1) {
    const one = events[n];
    if (!one || !isShown(one)) continue;
    const line = lineOf(one, about.queueNames, died);
    if (`${line.label} ${line.text} ${idsOf(one, line)}`.includes(filter))
      lines.push({ one, line });
  }
  return (
    <section aria-labelledby="live-title">
      <h2 id="live-title">Live</h2>
      <div class="bar">
        <Filter value={filter} onInput={setFilter} />
        <button
          aria-pressed={paused !== undefined}
          onClick={() => {
            setPaused(paused ? undefined : live.events);
          }}
        >
          {paused ? "Go on" : "Hold"}
        </button>
        {live.leftOut > 0 && (
          <span class="quiet">{countWords(live.leftOut)} of too many are not shown</span>
        )}
        {live.missed > 0 && <span class="warn">{countWords(live.missed)} events were missed</span>}
      </div>
      <ol class="lines" tabIndex={0} aria-label="Events, the latest first">
        {lines.map(({ one, line }) => (
          <EventLine key={one.number} one={one} line={line} isLinked />
        ))}
      </ol>
      {lines.length === 0 && <p class="quiet">Nothing happened yet. Enqueue a task.</p>}
    </section>
  );
}

/** An event in a list of them. */
export function EventLine({
  one,
  line: { label, text, tone, taskId },
  isLinked = false,
}: {
  readonly one: LiveEvent;
  readonly line: Line;
  /** It leads to its task. */
  readonly isLinked?: boolean;
}) {
  return (
    <li>
      <time>{clock(one.event.time)}</time> <b class={tone}>{label}</b> {text}{" "}
      {isLinked && taskId !== undefined && <TaskLink id={taskId} />}
    </li>
  );
}

/** The ids of the tasks that became dead letters, on the queues that they were on. */
export function diedIn(events: readonly LiveEvent[]): ReadonlySet<string> {
  const died = new Set<string>();
  for (const { name, event } of events) {
    const id = name === "taskCreated" ? event.headers["Dead-Letter-Task-Id"] : undefined;
    if (id !== undefined) died.add(id);
  }
  return died;
}

/** What an event says to a person. The last delivery of what `died` is answered as if it were done. */
export function lineOf(
  { name, event }: LiveEvent,
  queues: Readonly<Record<string, string>>,
  died: ReadonlySet<string> = new Set(),
): Line {
  const at = (queue: string): string => queues[queue] ?? last(queue);
  switch (name) {
    case "taskCreated": {
      const died = diedWords(event.headers);
      return {
        label: died === undefined ? "enqueued" : "dead letter",
        text: died ?? `${at(event.queue)}  ${last(event.url)}`,
        tone: died === undefined ? "plain" : "bad",
        taskId: last(event.task),
      };
    }
    case "deliveryFinished": {
      const result = event.status === 0 ? (event.error ?? "no answer") : String(event.status);
      const next = event.retryTime === undefined ? "" : `; next at ${clock(event.retryTime)}`;
      const hasDied = event.end === "done" && died.has(last(event.task));
      return {
        label: `delivery ${event.dispatchCount}`,
        text: `${at(event.queue)}  ${last(event.url)}  ${result} in ${Math.round(event.durationMs)} ms${next}${hasDied ? "; it is a dead letter now" : ""}`,
        tone: hasDied
          ? "plain"
          : event.end === "done"
            ? "good"
            : event.end === "dropped"
              ? "bad"
              : "warn",
        taskId: last(event.task),
      };
    }
    case "taskDeleted":
      return { label: "deleted", text: at(event.queue), tone: "plain", taskId: last(event.task) };
    case "queueChanged":
      return { label: event.change, text: at(event.queue), tone: "warn" };
    case "jobFinished":
      return {
        label: "schedule",
        text: `${last(event.job)}  ${event.status === 0 ? (event.error ?? "") : String(event.status)}`,
        tone: event.status >= 200 && event.status < 300 ? "good" : "bad",
      };
    case "denied":
      return {
        label: "denied",
        text: `${event.member} lacks ${event.permission} on ${event.resource}`,
        tone: "bad",
      };
    case "refused":
      return {
        label: "refused",
        text: `${event.status} for ${event.host}${event.path}: ${event.reason}`,
        tone: "bad",
      };
    case "containerLog":
      return logOf(event.line);
    case "instance":
      return {
        label: `worker ${event.state}`,
        text: `${event.revision} ${event.detail}`,
        tone: event.state === "crashed" || event.state === "unhealthy" ? "bad" : "plain",
      };
    case "alertOpened":
      return {
        label: "alert",
        text: alertWords(event),
        tone: event.severity === "CRITICAL" ? "bad" : "warn",
      };
    case "alertClosed":
      return {
        label: "alert over",
        text: alertWords(event),
        tone: "good",
      };
    case "notEmulated":
      return { label: "not emulated", text: event.what, tone: "warn" };
  }
}

/** As much of a dead letter's error as a line has. */
const MOST_ERROR = 200;

/** `email  send-email  permanent-error  no such user`: the queue is the one that the task was on. */
function diedWords(headers: Readonly<Record<string, string>>): string | undefined {
  const reason = headers["Dead-Letter-Reason"];
  if (reason === undefined) return undefined;
  const text = (name: string): string => decoded(headers[`Dead-Letter-${name}`] ?? "");
  const [error = ""] = text("Error").split("\n", 1);
  const words = [text("Queue"), text("Task") || "(unknown)", reason, error.slice(0, MOST_ERROR)];
  return words.filter((word) => word !== "").join("  ");
}

/** `prod: Tasks become dead letters  cause 7f3a91c2, queue email` */
function alertWords({
  displayName,
  labels,
}: {
  readonly displayName: string;
  readonly labels: Readonly<Record<string, string>>;
}): string {
  const about = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
  return about.length === 0 ? displayName : `${displayName}  ${about.join(", ")}`;
}

/** As much of what a log line has beside its message as is shown. */
const MOST_FIELDS = 200;

/** `INFO  Sent.  to=ada@example.com tries=[1,2]`: of a task, with a link to it. */
function logOf(text: string): Line {
  const line = readLogLine(text);
  const { severity, message, fields, task, isStructured } = line;
  const beside = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const shortly = cut(beside.join(" "), MOST_FIELDS);
  return {
    label: "log",
    text: isStructured
      ? [severity, message, shortly].filter((part) => part !== "").join("  ")
      : message,
    tone: logTone(line),
    ...(task && { taskId: task.id }),
  };
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** The ids by which a line is found: of a dead letter also that of the task that it was. */
function idsOf({ event }: LiveEvent, { taskId = "" }: Line): string {
  const was = "headers" in event ? (event.headers["Dead-Letter-Task-Id"] ?? "") : "";
  return `${taskId} ${was}`;
}

/**
 * As in the terminal: what a worker notes for itself is not shown, nor what the line of the delivery says, nor the
 * claims of a redrive.
 */
function isShown({ name, event }: LiveEvent): boolean {
  if ("task" in event && isClaimName(event.task)) return false;
  if (name !== "containerLog") return true;
  return isTold(readLogLine(event.line));
}
