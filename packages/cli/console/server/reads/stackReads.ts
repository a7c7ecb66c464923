import { z } from "zod";
import { LOCAL_ALERTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { parseSchedule } from "@background-tasks/cloud/scheduler/schedule.ts";
import { scheduleNamed } from "../../../operate/calls/ownNames.ts";
import type { OperatorCalls } from "../../../operate/calls/operatorCalls.ts";
import { depthSeries, queueSeries } from "../../../operate/queues/queueSeries.ts";
import { queueViews } from "../../../operate/queues/queueViews.ts";
import { alertsView } from "../../../operate/status/alerts.ts";
import { causesView, type CausesView } from "../../../operate/status/causes.ts";
import { stackStatus, type DeadLettersView } from "../../../operate/status/stackStatus.ts";
import { aboutWords } from "../../../stack/openAlerts.ts";
import { nothing, read, SERIES_MINUTES, text } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { localGet, revisionsOf } from "../localCalls.ts";

/** For so long it is taken that as many dead letters as before are of as many causes. */
const CAUSES_MS = 10_000;
/** Runs of a schedule that are foretold. */
const NEXT_RUNS = 5;

/** The stack as a whole, its queues and its schedules. */
export function stackReads(context: ConsoleContext) {
  const { connect, contract, now, local, pauses } = context;
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
      const at = now();
      const queues = await queueViews(await connect(), at);
      return { now: at, queues, pauses: heldNow() };
    }),

    /** How much each queue held, minute by minute: one read of Monitoring for all. */
    depths: read(nothing, async () => depthSeries(await connect(), SERIES_MINUTES, now())),

    /** What Monitoring has of a queue, minute by minute: a read of Monitoring for each. */
    series: read(z.strictObject({ queue: text }), async ({ queue }) =>
      queueSeries(await connect(), queue, SERIES_MINUTES, now()),
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
  };
}

interface Firing {
  readonly title: string;
  /** What tells it from others of its title; may be empty. */
  readonly about: string;
  /** What to do, as the policy says it: of a local cloud. */
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
    return {
      ...rest,
      firing: open.map(({ title, about, since }) => ({ title, about, since, advice: "" })),
    };
  }
  const { open } = await localGet<{ readonly open: readonly Incident[] }>(local, LOCAL_ALERTS_PATH);
  return {
    firing: open.map(({ displayName, labels, openTime, documentation }) => ({
      title: displayName,
      about: aboutWords(labels),
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
