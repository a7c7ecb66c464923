import type { Command } from "commander";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { makeFramesOf } from "../../command/stackFrames.ts";
import { countOf, countWords, dayWords, timeWords, whenWords } from "../../command/words.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";
import { idOf } from "../calls/ownNames.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { deadLetterLine } from "../deadLetters/deadLetterLine.ts";
import { UNKNOWN_TASK } from "../deadLetters/groups.ts";
import { payloadOf } from "../deadLetters/selector.ts";
import { targetOf } from "../../command/target.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { taskView, type TaskView } from "../tasks/taskView.ts";
import { findTask, severalBegin, type Found } from "./findTask.ts";
import { shownPayload } from "./shownPayload.ts";
import { traceUrl } from "./traceUrl.ts";
import { isTooShort, timelineOf, type TimelineLine } from "./timeline.ts";

export interface ShowOptions {
  readonly reveal: boolean;
  readonly json: boolean;
  /** Whether Google keeps traces of the stack. @default false */
  readonly hasTraces?: boolean;
}

export function configure(command: Command): void {
  withAudit(withOperator(command))
    .description(
      "Shows one task or dead letter: how it ended, what the worker's log says of its life, and its payload " +
        "without sensitive fields. Ends with 4 where nothing is known of it.",
    )
    .argument("<id>", "its id, the beginning of that, or its full name")
    .option("--reveal", "show the payload as it is", false)
    .action(async (id: string, options: ShowOptions) => {
      const contract = await loadContract();
      const hasTraces = targetOf(command).port === undefined;
      await operate(command, (operating) =>
        show(operating, contract, id, { ...options, hasTraces }),
      );
    });
}

/** How long before a task's end its life may have begun: Google keeps none for longer. */
const LIFE_MS = 31 * 86_400_000;

export async function show(
  { calls, output, audit }: Operating,
  contract: Pick<Contract, "tasks">,
  id: string,
  { reveal, json, hasTraces = false }: ShowOptions,
): Promise<ExitCode> {
  const onPage = (read: number): void => {
    output.progress(`read ${countWords(read)} tasks`);
  };
  // Who may not see payloads sees the rest.
  const found = await findTask(calls, id, "FULL", onPage).catch((error: unknown) => {
    if (!(error instanceof GoogleRefusal && error.code === 403)) throw error;
    return findTask(calls, id, "BASIC", onPage);
  });
  const one = whatIsShown(found, id);
  const timeline = await timelineOf(calls, one.taskId, one.since ?? output.now() - LIFE_MS);
  if (found.kind === "gone" && timeline.length === 0) {
    output.note(nothingOf(id, calls.operations.stack));
    return EXIT.nothing;
  }
  if (found.kind === "gone") checkIsOne(id, timeline);
  const payload = payloadShown(contract, one, reveal);
  if (payload !== undefined && (reveal || !json)) await audit({ what: "reveal", count: 1 });
  if (json) {
    output.print(
      JSON.stringify({
        ...jsonOf(found, id, timeline, reveal),
        timeline: timeline.map(jsonLine),
      }),
    );
    return EXIT.done;
  }
  output.print(titleOf(found, id, timeline, output.now()));
  const framesOf = makeFramesOf();
  let stack = "";
  for (const line of timeline) {
    output.print(`  ${timelineWords(line)}`);
    // Most attempts fail where the one before did.
    if (line.stack !== stack) {
      for (const frame of framesOf(line.stack)) output.print(`${" ".repeat(22)}${frame}`);
    }
    stack = line.stack;
  }
  if (found.kind === "dead-letter") {
    for (const { time, cause, run } of found.letter.history) {
      const by = run === undefined ? "" : ` in run ${run}`;
      const when = time.slice(0, 19).replace("T", " ");
      output.print(`  redriven${by} after it died on ${when} (${cause})`);
    }
  }
  if (hasTraces && found.kind === "dead-letter") {
    const url = traceUrl(calls.operations.project, found.letter.traceparent);
    if (url !== undefined) output.print(`  trace  ${url}`);
  }
  if (payload !== undefined) output.print(`  payload  ${payload}`);
  return EXIT.done;
}

/** The logs know a task by the id that it had on its queue, and none by that of its dead letter. */
function nothingOf(id: string, stack: string): string {
  if (isTooShort(id)) {
    return `'${id}' finds nothing in stack '${stack}'. Give at least 4 characters of an id.`;
  }
  const hint = /^[0-9a-f]{4,64}$/.test(id)
    ? " A dead letter that was redriven or discarded is found by the id that its task had."
    : "";
  return `There is no task '${id}' in stack '${stack}', and its logs know none.${hint}`;
}

/** Throws a usage error where the log knows several tasks whose ids begin so. */
function checkIsOne(id: string, timeline: readonly TimelineLine[]): void {
  const ids = new Set(timeline.map(({ taskId }) => taskId));
  if (ids.size > 1) throw severalBegin(id, [...ids]);
}

interface ShownOne {
  readonly task: string | undefined;
  readonly taskId: string;
  readonly body: Buffer | undefined;
  readonly cutFrom: number | undefined;
  /** When its life may have begun. */
  readonly since: number | undefined;
}

function whatIsShown(found: Found, id: string): ShownOne {
  switch (found.kind) {
    case "dead-letter": {
      const { task, taskId, body, cutFrom, time } = found.letter;
      return { task, taskId, body, cutFrom, since: time - LIFE_MS };
    }
    case "task": {
      const { task, id: taskId, created } = taskView(found.task);
      const { body } = found.task.httpRequest;
      const bytes = body === undefined ? undefined : Buffer.from(body, "base64");
      return { task, taskId, body: bytes, cutFrom: undefined, since: created };
    }
    case "gone":
      return {
        task: undefined,
        taskId: idOf(id),
        ...{ body: undefined, cutFrom: undefined, since: undefined },
      };
  }
}

function payloadShown(
  contract: Pick<Contract, "tasks">,
  { task, body, cutFrom }: ShownOne,
  reveal: boolean,
): string | undefined {
  if (body === undefined) return undefined;
  const cut =
    cutFrom === undefined
      ? ""
      : ` (the first ${countWords(body.length)} of ${countWords(cutFrom)} bytes)`;
  if (reveal) return body.toString() + cut;
  const { value, isHidden } = shownPayload(contract, task, body);
  return `${JSON.stringify(value)}${cut}${isHidden ? "     --reveal shows it" : ""}`;
}

function titleOf(found: Found, id: string, timeline: readonly TimelineLine[], now: number): string {
  switch (found.kind) {
    case "dead-letter":
      return letterTitle(found.letter, now);
    case "task":
      return taskTitle(taskView(found.task), found.queue, now);
    case "gone":
      return `${goneTask(id, timeline)} is on no queue: ${endWords(timeline)}.`;
  }
}

/** How a task ended that is on no queue, as far as the log says. */
function endWords(timeline: readonly TimelineLine[]): string {
  const ends = timeline.map(({ outcome }) => outcome);
  switch (ends.findLast((end) => end === "done" || end === "dead-letter")) {
    case "done":
      return "it is done";
    case "dead-letter":
      return "it became a dead letter, which is gone: redriven, discarded, or no longer kept";
    default:
      return "it is done, or somebody deleted it";
  }
}

/** `Task '62724613', send-email on email,`, as far as the log says. */
function goneTask(id: string, timeline: readonly TimelineLine[]): string {
  const { task, queue } = calledInLog(timeline);
  const where = queue === undefined ? "" : ` on ${queue}`;
  if (task === undefined) return `Task '${id}'`;
  return `Task '${id}', ${task}${where},`;
}

/** What the log calls a task that is on no queue any more. */
function calledInLog(timeline: readonly TimelineLine[]): { task?: string; queue?: string } {
  const said = timeline.find(({ task }) => task !== "");
  if (!said) return {};
  return { task: said.task, ...(said.queue !== "" && { queue: said.queue }) };
}

function letterTitle(letter: DeadLetter, now: number): string {
  const { reason, attempts, deliveries, queue, time, expires, revision } = letter;
  const counts = `${countOf(attempts, "attempt")}, ${countOf(deliveries, "delivery", "deliveries")}`;
  return [
    `${letter.task ?? UNKNOWN_TASK} on ${queue}, dead since ${timeWords(time)} UTC (${reason}, ${counts})`,
    `  Idempotency-Key  ${letter.idempotencyKey}     Cause ${letter.cause}     ` +
      `Kept until ${dayWords(expires)} (${whenWords(expires, now)})`,
    `  Id  ${letter.id}     on its queue ${letter.taskId}`,
    ...(revision === undefined ? [] : [`  Revision  ${revision}`]),
    `  ${letter.error}`,
  ].join("\n");
}

function taskTitle(view: TaskView, queue: string, now: number): string {
  const { task, due, created, deliveries, lastAnswer, idempotencyKey } = view;
  return [
    `${task ?? UNKNOWN_TASK} on ${queue}, due ${whenWords(due, now)}, enqueued ${timeWords(created)} UTC`,
    `  Idempotency-Key  ${idempotencyKey}     ${countOf(deliveries, "delivery", "deliveries")}, ` +
      `the last answer: ${lastAnswer}`,
  ].join("\n");
}

function timelineWords({
  time,
  attempt,
  outcome,
  status,
  message,
  revision,
}: TimelineLine): string {
  const clock = new Date(time).toISOString().slice(5, 23).replace("T", " ");
  const what = outcome === "" ? "     log" : `attempt ${attempt}`;
  return `${clock}  ${what.padEnd(10)}  ${String(status ?? "").padEnd(3)}  ${message}     ${revision}`.trimEnd();
}

function jsonOf(
  found: Found,
  id: string,
  timeline: readonly TimelineLine[],
  reveal: boolean,
): object {
  switch (found.kind) {
    case "dead-letter": {
      const { letter } = found;
      return deadLetterLine(reveal ? letter : { ...letter, body: undefined });
    }
    case "task": {
      const { due, created, ...view } = taskView(found.task);
      const body = Buffer.from(found.task.httpRequest.body ?? "", "base64");
      const payload = reveal ? payloadOf({ body, cutFrom: undefined }) : undefined;
      return {
        ...{ kind: "task", queue: found.queue, ...view },
        ...{ due: new Date(due).toISOString(), created: new Date(created).toISOString() },
        ...(payload !== undefined && { payload }),
      };
    }
    case "gone":
      return { kind: "gone", id, ...calledInLog(timeline) };
  }
}

/** A line without what its task has said of it already. */
function jsonLine(line: TimelineLine): object {
  const { time, severity, attempt, outcome, status, message, stack, revision } = line;
  const at = new Date(time).toISOString();
  return { time: at, severity, attempt, outcome, status, message, stack, revision };
}
