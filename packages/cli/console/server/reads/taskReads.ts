import { z } from "zod";
import {
  DEAD_LETTER_QUEUE,
  deadLetterHeaders,
  decoded,
} from "../../../../../tasks/contract/deadLetter.ts";
import { readHistory, type Life } from "../../../../../tasks/contract/redriveHistory.ts";
import { taskHeaders } from "../../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../../command/exitCodes.ts";
import { idOf, queueNamed } from "../../../operate/calls/ownNames.ts";
import type { OperatorCalls } from "../../../operate/calls/operatorCalls.ts";
import { listCost } from "../../../operate/cost.ts";
import { deadLetterLine } from "../../../operate/deadLetters/deadLetterLine.ts";
import { selectDeadLetters } from "../../../operate/deadLetters/selector.ts";
import { runTime } from "../../../operate/redrive/runs.ts";
import { findTask, type Found } from "../../../operate/show/findTask.ts";
import { fieldSearch, searchPayloads, type FoundOn } from "../../../operate/show/payloadSearch.ts";
import { timelineOf } from "../../../operate/show/timeline.ts";
import { traceUrl } from "../../../operate/show/traceUrl.ts";
import { taskView, type TaskView } from "../../../operate/tasks/taskView.ts";
import { examplePayload } from "../../../tasks/examplePayload.ts";
import { payloadSchema } from "../../../tasks/payloadSchema.ts";
import { nothing, read, text } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { shownStack } from "../shownStack.ts";

/** How long before now a task's life may have begun: Google keeps none for longer. */
const LIFE_MS = 31 * 86_400_000;
/** Of what a search finds, so many are listed. */
const MOST_FOUND = 20;

/** Tasks: those that wait, the life of one, and what may be enqueued. */
export function taskReads(context: ConsoleContext) {
  const { connect, contract, now, local } = context;
  return {
    tasks: read(
      z.strictObject({
        queue: text,
        task: text.optional(),
        key: text.optional(),
        limit: z.int().min(1).max(500).default(200),
      }),
      async ({ queue, task, key, limit }) => {
        const calls = await connect();
        let first: TaskView[] = [];
        let count = 0;
        let matched = 0;
        for await (const page of calls.listTasks(queueNamed(calls.operations, queue))) {
          count += page.length;
          const views = page
            .map(taskView)
            .filter(
              (view) =>
                (task === undefined || view.task === task) &&
                (key === undefined || view.idempotencyKey === key),
            );
          matched += views.length;
          first = [...first, ...views].sort((a, b) => a.due - b.due).slice(0, limit);
        }
        return { tasks: first, matched, read: count, cost: listCost(count) };
      },
    ),

    task: read(z.strictObject({ id: text }), async ({ id }) => {
      const calls = await connect();
      const found = await findTask(calls, id, "BASIC");
      const life = lifeOf(found, id, now());
      const lines = await timelineOf(calls, life.taskId, life.since);
      const timeline = lines.map((line) => ({ ...line, stack: shownStack(local, line.stack) }));
      const trace =
        found.kind === "dead-letter" && !context.isOnLocalCloud
          ? traceUrl(calls.operations.project, found.letter.traceparent)
          : undefined;
      return { ...(await toldOf(found, calls)), taskId: life.taskId, trace, timeline, now: now() };
    }),

    /** Where something is whose id, idempotency key or field of the payload is typed: ids first, then what waits and what died. */
    search: read(z.strictObject({ text: text.min(1) }), async ({ text: wanted }) => {
      const calls = await connect();
      const id = idOf(wanted);
      const found = /^[A-Za-z0-9_-]{4,500}$/.test(id)
        ? await findTask(calls, id, "BASIC")
        : ({ kind: "gone" } as const);
      if (found.kind === "dead-letter") {
        return { found: [{ id: found.letter.id, queue: DEAD_LETTER_QUEUE }], total: 1 };
      }
      if (found.kind === "task") {
        return { found: [{ id: idOf(found.task.name), queue: found.queue }], total: 1 };
      }
      const { letters } = await selectDeadLetters(calls, { id: wanted });
      const all: FoundOn[] = letters.map((letter) => ({ id: letter.id, queue: DEAD_LETTER_QUEUE }));
      for (const [key, name] of Object.entries(calls.operations.queues)) {
        if (key === DEAD_LETTER_QUEUE) continue;
        for await (const page of calls.listTasks(name)) {
          const ofKey = page.filter(
            ({ httpRequest }) => httpRequest.headers[taskHeaders.idempotencyKey] === wanted,
          );
          all.push(...ofKey.map((task) => ({ id: idOf(task.name), queue: key })));
        }
      }
      const field = fieldSearch(wanted);
      if (all.length === 0 && field) {
        if (!context.isOnLocalCloud) {
          throw new CommandError(
            EXIT.usage,
            `No task has the idempotency key '${wanted}'. Fields of payloads are searched on a local cloud only: ` +
              "those of a deployed stack are not listed here.",
          );
        }
        all.push(...(await searchPayloads(calls, await contract(), field, context.reveal)));
      }
      return { found: all.slice(0, MOST_FOUND), total: all.length };
    }),

    /** What can be enqueued: each task's queue, the schema of its payload, and an example. */
    contract: read(nothing, async () => {
      const declared = await contract();
      return {
        tasks: Object.entries(declared.tasks).map(([name, { queue, payload }]) => ({
          name,
          queue,
          schema: payloadSchema(payload),
          example: examplePayload(name, declared),
        })),
      };
    }),
  };
}

/** What a task is, without its payload. */
async function toldOf(found: Found, calls: Pick<OperatorCalls, "getTask">) {
  switch (found.kind) {
    case "dead-letter": {
      const { letter } = found;
      const task = await calls.getTask(letter.name);
      const { history, revision } = letter;
      return {
        kind: found.kind,
        letter: { ...deadLetterLine({ ...letter, body: undefined }), revision },
        redriven: redrivesOf(history),
        headers: typeof task === "string" ? {} : readable(task.httpRequest.headers),
      };
    }
    case "task": {
      const { headers } = found.task.httpRequest;
      const history = readHistory(headers[taskHeaders.redriveHistory] ?? "") ?? [];
      return {
        ...{ kind: found.kind, queue: found.queue, view: taskView(found.task), headers },
        redriven: redrivesOf(history),
      };
    }
    case "gone":
      return { kind: found.kind };
  }
}

/** A redrive of a task that had ended as a dead letter. */
export interface EarlierRedrive {
  /** Absent where a redrive of before it was told of made it; its time, in milliseconds, is that of the run. */
  readonly run?: string;
  readonly time?: number;
  /** What it had died of, and when. */
  readonly died: { readonly time: number; readonly cause: string; readonly reason: string };
}

/** The redrives that a history tells of, the oldest first. */
function redrivesOf(history: readonly Life[]): EarlierRedrive[] {
  return history.map(({ time, cause, reason, run }) => {
    const began = run === undefined ? undefined : runTime(run);
    return {
      ...(run !== undefined && { run }),
      ...(began !== undefined && { time: began }),
      died: { time: Date.parse(time), cause, reason },
    };
  });
}

/** The headers of a dead letter, texts as they were before the worker encoded them. */
function readable(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = new Set<string>(Object.values(deadLetterHeaders));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      names.has(name) ? decoded(value) : value,
    ]),
  );
}

function lifeOf(found: Found, id: string, now: number): { taskId: string; since: number } {
  switch (found.kind) {
    case "dead-letter":
      return { taskId: found.letter.taskId, since: found.letter.time - LIFE_MS };
    case "task":
      return { taskId: idOf(found.task.name), since: Date.parse(found.task.createTime) };
    case "gone":
      return { taskId: idOf(id), since: now - LIFE_MS };
  }
}
