import { z } from "zod";
import {
  LOCAL_ALERTS_PATH,
  LOCAL_INSTANCES_PATH,
} from "@background-tasks/cloud/control/localCloud.ts";
import type { RevisionState } from "@background-tasks/cloud/run/revision.ts";
import { parseSchedule } from "@background-tasks/cloud/scheduler/schedule.ts";
import {
  DEAD_LETTER_QUEUE,
  DEAD_LETTER_REASONS,
  deadLetterHeaders,
  decoded,
} from "../../../../tasks/contract/deadLetter.ts";
import { taskHeaders } from "../../../../tasks/contract/taskRequest.ts";
import { callLocal } from "../../stack/localCloud.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { idOf, queueNamed, scheduleNamed } from "../../operate/calls/ownNames.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import type { LogEntry } from "../../operate/calls/messages.ts";
import { listCost } from "../../operate/cost.ts";
import { deadLetterLine } from "../../operate/deadLetters/deadLetterLine.ts";
import { GROUP_BY, Groups } from "../../operate/deadLetters/groups.ts";
import {
  matchingDeadLetters,
  selectDeadLetters,
  type Selector,
} from "../../operate/deadLetters/selector.ts";
import { depthSeries, queueSeries } from "../../operate/queues/queueSeries.ts";
import { queueViews } from "../../operate/queues/queueViews.ts";
import { findTask, type Found } from "../../operate/show/findTask.ts";
import { fieldSearch, searchPayloads, type FoundOn } from "../../operate/show/payloadSearch.ts";
import { timelineOf } from "../../operate/show/timeline.ts";
import { traceUrl } from "../../operate/show/traceUrl.ts";
import { alertsView } from "../../operate/status/alerts.ts";
import { causesView, type CausesView } from "../../operate/status/causes.ts";
import { instancesView } from "../../operate/status/instances.ts";
import { memorySeries } from "../../operate/status/memorySeries.ts";
import { stackStatus, type DeadLettersView } from "../../operate/status/stackStatus.ts";
import { taskView, type TaskView } from "../../operate/tasks/taskView.ts";
import { examplePayload } from "../../tasks/examplePayload.ts";
import { payloadSchema } from "../../tasks/payloadSchema.ts";
import { read } from "./call.ts";
import type { ConsoleContext } from "./context.ts";
import { DeathCounts } from "./deathTimes.ts";

const nothing = z.strictObject({});
const text = z.string().max(2000);

/** Groups, by their keys. */
const keys = z.array(text).min(1).max(1000).optional();

/** Which dead letters are meant, as the page says it and `Selector` has it. */
const lettersShape = {
  ids: z.array(text).min(1).max(10_000).optional(),
  ...{ cause: keys, task: keys, queue: keys, hour: keys, revision: keys },
  reason: z.enum(DEAD_LETTER_REASONS).optional(),
  id: text.optional(),
  /** When they ended, in milliseconds: then or later, and before. */
  since: z.number().optional(),
  until: z.number().optional(),
};

/** What the page calls something that it begins, to ask how far it is. */
export const workSchema = z.string().regex(/^[\w-]{8,40}$/);

/** The same for what is done to them: at least one of these is given. */
export const lettersSchema = z
  .strictObject({ ...lettersShape, all: z.literal(true).optional() })
  .refine((letters) => Object.values(letters).some((value) => value !== undefined), {
    error:
      "say which: ids, tasks, queues, causes, hours, revisions, a reason, an id, a time, or 'all'",
  });

export type Letters = z.output<typeof lettersSchema>;

export function selectorOf(letters: Letters): Selector {
  const given = Object.entries(letters).filter(
    ([name, value]) => name !== "all" && value !== undefined,
  );
  return Object.fromEntries(given);
}

/** How long before now a task's life may have begun: Google keeps none for longer. */
const LIFE_MS = 31 * 86_400_000;
/** Lines of a worker's log that are shown. */
const MOST_LOG_LINES = 500;
/** Of what a search finds, so many are listed. */
const MOST_FOUND = 20;
/** Minutes of Monitoring's series that are drawn. */
const SERIES_MINUTES = 60;
/** For so long it is taken that as many dead letters as before are of as many causes. */
const CAUSES_MS = 10_000;
/** Runs of a schedule that are foretold. */
const NEXT_RUNS = 5;

/** What the page can ask for that changes nothing. */
export function reads(context: ConsoleContext) {
  const { connect, contract, now, local, pauses } = context;
  /** A stack without the bundle's code; on a local cloud in the files that it was made of. */
  const shownStack = (stack: string): string => {
    const isFrame = (line: string): boolean => line.startsWith("    at ");
    const lines = stack.split("\n");
    const head = lines.slice(0, Math.max(0, lines.findIndex(isFrame)));
    const frames = local?.framesOf(stack) ?? lines.filter(isFrame);
    return [...head.slice(0, 20).map((line) => line.slice(0, 1000)), ...frames].join("\n");
  };
  let causes: { readonly of: string; readonly at: number; readonly view: CausesView } | undefined;
  /** Listed anew where there are others than before, and at times. */
  const localCauses = async (
    calls: OperatorCalls,
    { count, oldest, ...view }: DeadLettersView,
    at: number,
  ) => {
    const of = JSON.stringify([count, oldest?.created]);
    if (causes?.of !== of || Math.abs(at - causes.at) > CAUSES_MS) {
      causes = { of, at, view: await causesView(calls, { count, oldest, ...view }) };
    }
    const { groups, isWhole } = causes.view;
    return { count: groups.length, isWhole };
  };
  const heldNow = () => ({ held: pauses.all, problems: pauses.problems });
  return {
    /** What the console is of, and what may be done with it. */
    about: read(nothing, async () => {
      const { operations } = await connect();
      const { stack, project, region, protect, queues, schedules, workers } = operations;
      return {
        ...{ now: now(), stack, project, region, protect },
        queues: Object.keys(queues),
        schedules: Object.keys(schedules),
        workers: workers.map(({ name }) => name),
        tasks: Object.keys((await contract()).tasks),
        allowChanges: context.allowChanges,
        isLocal: local !== undefined,
        flags: context.flags,
        // Names of queues are known to the page by these alone.
        queueNames: Object.fromEntries(Object.entries(queues).map(([key, name]) => [name, key])),
      };
    }),

    /** Of what costs nothing on a local cloud, more: what dead letters died of, and each instance. */
    overview: read(nothing, async () => {
      const at = now();
      const calls = await connect();
      const [status, revisions] = await Promise.all([
        stackStatus(calls, at, context.flags),
        revisionsOf(local),
      ]);
      const causes = context.isOnLocalCloud
        ? await localCauses(calls, status.deadLetters, at)
        : undefined;
      return { now: at, ...status, pauses: heldNow(), causes, revisions };
    }),

    /** What somebody is told of at this moment. */
    alerts: read(nothing, async () => ({ now: now(), ...(await firingAlerts(context)) })),

    /** One operation for each queue: what is asked again and again of a stack in production. */
    queues: read(nothing, async () => {
      const queues = await queueViews(await connect());
      return { now: now(), queues, pauses: heldNow() };
    }),

    /** How much each queue held, minute by minute: one read of Monitoring for all. */
    depths: read(nothing, async () => depthSeries(await connect(), SERIES_MINUTES, now())),

    /** What Monitoring has of a queue, minute by minute: a read of Monitoring for each. */
    series: read(z.strictObject({ queue: text }), async ({ queue }) =>
      queueSeries(await connect(), queue, SERIES_MINUTES, now()),
    ),

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
      const timeline = lines.map((line) => ({ ...line, stack: shownStack(line.stack) }));
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

    /** Dead letters put together by what they have in common. Each that is read is an operation. */
    deadLetters: read(
      z.strictObject({ by: z.enum(GROUP_BY).default("cause"), ...lettersShape }),
      async ({ by, ...letters }) => {
        const groups = new Groups(by);
        const deaths = new DeathCounts(by);
        let total = 0;
        const options = { onPage: ({ read: count }: { read: number }) => (total = count) };
        for await (const page of matchingDeadLetters(
          await connect(),
          selectorOf(letters),
          options,
        )) {
          groups.add(page);
          deaths.add(page);
        }
        return {
          ...{ now: now(), groups: groups.all, ended: deaths.times },
          ...{ read: total, cost: listCost(total) },
        };
      },
    ),

    letters: read(
      z.strictObject({ letters: lettersSchema, limit: z.int().min(1).max(1000).default(100) }),
      async ({ letters, limit }) => {
        const selected = await selectDeadLetters(await connect(), {
          ...selectorOf(letters),
          limit,
        });
        return {
          now: now(),
          letters: selected.letters.map(deadLetterLine),
          matched: selected.matched,
        };
      },
    ),

    schedules: read(nothing, async () => {
      const calls = await connect();
      return {
        now: now(),
        schedules: await Promise.all(
          Object.keys(calls.operations.schedules).map(async (key) => {
            const job = await calls.getJob(scheduleNamed(calls.operations, key));
            const { state, schedule, timeZone, lastAttemptTime, status } = job;
            return {
              ...{ key, state, schedule, timeZone },
              last: lastAttemptTime === undefined ? undefined : Date.parse(lastAttemptTime),
              lastCode: status?.code ?? 0,
              lastMessage: status?.message ?? "",
              next: state === "ENABLED" ? nextRuns(schedule, timeZone, now()) : [],
            };
          }),
        ),
      };
    }),

    workers: read(nothing, async () => {
      const calls = await connect();
      const at = now();
      const [{ workers }, instances, revisions] = await Promise.all([
        stackStatus(calls, at, context.flags),
        instancesView(calls, at),
        revisionsOf(local),
      ]);
      return {
        ...{ now: at, revisions },
        workers: workers.map((one) => ({ ...one, instances: instances.get(one.service) })),
      };
    }),

    /** How full the memory of the workers was, minute by minute: one read of Monitoring for all. A local cloud has none. */
    memory: read(nothing, async () =>
      context.isOnLocalCloud
        ? { times: [], shares: {} }
        : memorySeries(await connect(), SERIES_MINUTES, now()),
    ),

    /** The worker's log of the last minutes, the latest lines of it. */
    log: read(
      z.strictObject({
        minutes: z.int().min(1).max(60).default(15),
        severity: z.enum(["DEFAULT", "INFO", "WARNING", "ERROR"]).default("DEFAULT"),
      }),
      async ({ minutes, severity }) => {
        const calls = await connect();
        const services = calls.operations.workers.map(
          ({ service }) => `resource.labels.service_name=${JSON.stringify(idOf(service))}`,
        );
        const since = new Date(now() - minutes * 60_000).toISOString();
        const filter =
          `log_id("run.googleapis.com/stdout") AND (${services.join(" OR ")}) ` +
          `AND timestamp>=${JSON.stringify(since)} AND severity>=${severity}`;
        const lines: LogEntry[] = [];
        for await (const page of calls.listLogEntries(filter)) {
          lines.push(...page);
          lines.splice(0, lines.length - MOST_LOG_LINES);
        }
        return {
          lines: lines.map(({ timestamp, severity: level, labels, jsonPayload }) => ({
            time: Date.parse(timestamp),
            severity: level,
            task: labels["task"] ?? "",
            taskId: labels["taskId"] ?? "",
            attempt: labels["attempt"] ?? "",
            message: textOf(jsonPayload["message"]),
            stack: shownStack(textOf(jsonPayload["stack_trace"])),
          })),
        };
      },
    ),

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

    /** How far something is that was begun under this name; nothing of what is not under way. */
    progress: read(z.strictObject({ work: workSchema }), ({ work }) => ({
      words: context.progress.get(work) ?? "",
    })),

    clock: read(nothing, () => localGet<{ type: string; now: string }>(local, "/local/v1/clock")),
    faults: read(nothing, () => localGet<{ faults: unknown[] }>(local, "/local/v1/faults")),
    mails: read(nothing, () => ({ mails: (local?.mails() ?? []).toReversed() })),
  };
}

interface Firing {
  readonly title: string;
  /** What it is about, and what to do, as the policy says it: of a local cloud. */
  readonly about: string;
  readonly advice: string;
  /** In milliseconds. */
  readonly since: number;
}

/** As `status` lists them; a local cloud tells more of each. */
async function firingAlerts({
  connect,
  local,
}: ConsoleContext): Promise<{ readonly firing: readonly Firing[]; readonly notTold?: string }> {
  if (!local) {
    const { open, ...rest } = await alertsView(await connect());
    return { ...rest, firing: open.map((alert) => ({ ...alert, about: "", advice: "" })) };
  }
  const { open } = await localGet<{ readonly open: readonly Incident[] }>(local, LOCAL_ALERTS_PATH);
  return {
    firing: open.map(({ displayName, labels, openTime, documentation }) => ({
      title: displayName,
      about: Object.entries(labels)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
      advice: documentation?.content ?? "",
      since: Date.parse(openTime),
    })),
  };
}

/** An alert that is open, as the local cloud lists it. */
interface Incident {
  readonly displayName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly openTime: string;
  readonly documentation?: { readonly content?: string };
}

/** The revisions that run on a local cloud whose `npm start` serves the page; `undefined` elsewhere. */
async function revisionsOf(
  local: ConsoleContext["local"],
): Promise<readonly RevisionState[] | undefined> {
  if (!local) return undefined;
  const { revisions } = await localGet<{ readonly revisions: readonly RevisionState[] }>(
    local,
    LOCAL_INSTANCES_PATH,
  );
  return revisions;
}

async function localGet<Answer>(local: ConsoleContext["local"], path: string): Promise<Answer> {
  return localCall(local, path);
}

/** Calls the control API of the local cloud. */
export async function localCall<Answer>(
  local: ConsoleContext["local"],
  path: string,
  body?: unknown,
): Promise<Answer> {
  if (!local) throw new CommandError(EXIT.usage, "There is no such thing but on a local cloud.");
  const response = await callLocal(local.endpoint, path, {
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer & { readonly error?: { message: string } };
  if (response.ok) return answer;
  throw new CommandError(EXIT.failed, answer.error?.message ?? response.statusText);
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
        letter: { ...deadLetterLine({ ...letter, body: undefined }), revision, history },
        headers: typeof task === "string" ? {} : readable(task.httpRequest.headers),
      };
    }
    case "task":
      return {
        kind: found.kind,
        queue: found.queue,
        view: taskView(found.task),
        headers: found.task.httpRequest.headers,
      };
    case "gone":
      return { kind: found.kind };
  }
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

/** When a schedule runs next, as Cloud Scheduler reckons. Nothing of one that is not written in cron. */
function nextRuns(schedule: string, timeZone: string, from: number): number[] {
  try {
    const { next } = parseSchedule(schedule, timeZone);
    const runs: number[] = [];
    for (let at = next(from); at !== undefined && runs.length < NEXT_RUNS; at = next(at)) {
      runs.push(at);
    }
    return runs;
  } catch {
    return [];
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
