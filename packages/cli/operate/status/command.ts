import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { table } from "../../command/table.ts";
import {
  countOf,
  countWords,
  dayWords,
  spanWords,
  timeWords,
  whenWords,
} from "../../command/words.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { queueTable } from "../queues/queueTable.ts";
import { alertsView, type AlertsView, type OpenAlert } from "./alerts.ts";
import { causesView, type CausesView } from "./causes.ts";
import { instancesView, type InstancesView } from "./instances.ts";
import {
  stackStatus,
  type DeadLettersView,
  type ScheduleView,
  type WorkerView,
} from "./stackStatus.ts";

export function configure(command: Command): void {
  withOperator(command)
    .description(
      "Shows a stack on one screen: queues, dead letters, schedules, worker, alerts, and what somebody should look " +
        "at. Ends with 1 where there is any of that. Of dead letters, 500 are listed at most.",
    )
    .action(async ({ json }: { readonly json: boolean }) => {
      await operate(command, (operating) => showStatus(operating, json));
    });
}

export async function showStatus(
  { calls, output, flags }: Operating,
  json: boolean,
): Promise<ExitCode> {
  const { stack, project, region } = calls.operations;
  const now = output.now();
  const [status, instances, alerts] = await Promise.all([
    stackStatus(calls, now, flags),
    instancesView(calls, now),
    alertsView(calls),
  ]);
  const causes = await causesView(calls, status.deadLetters);
  const real = alerts.open.filter(({ isRehearsal }) => !isRehearsal);
  const problems = [...status.problems, ...real.map((alert) => openWords(alert, now))];
  if (json) {
    const workers = status.workers.map((worker) => ({
      ...worker,
      instances: instances.get(worker.service),
    }));
    const views = { ...status, workers, causes, alerts, problems };
    output.print(JSON.stringify({ kind: "status", stack, project, region, ...views }));
  } else {
    output.print(`Stack '${stack}', project '${project}', ${region}. Times are UTC.`);
    output.print(queueTable(status.queues, now, output.width));
    output.print(deadLetterWords(status.deadLetters, now));
    for (const line of causeWords(causes)) output.print(line);
    for (const worker of status.workers)
      output.print(workerWords(worker, instances.get(worker.service), now));
    if (status.schedules.length > 0)
      output.print(scheduleTable(status.schedules, now, output.width));
    output.print(alertWords(alerts));
    for (const alert of alerts.open) {
      if (alert.isRehearsal) output.print(`  ${openWords(alert, now)}`);
    }
    for (const problem of problems) output.print(`! ${problem}`);
  }
  return problems.length === 0 ? EXIT.done : EXIT.failed;
}

function deadLetterWords({ count, oldest, keptMs }: DeadLettersView, now: number): string {
  const kept = `kept for ${spanWords(keptMs)}`;
  if (!oldest) return `No dead letters; they are ${kept}.`;
  const { created, expires } = oldest;
  const age = whenWords(created, now);
  return `${countOf(count, "dead letter")}, the oldest of ${age}; ${kept}, until ${dayWords(expires)}.`;
}

/** Causes that are shown, and characters of what each says. */
const MOST_CAUSES = 3;
const MOST_CHARACTERS = 80;

function causeWords({ groups, isWhole, read }: CausesView): string[] {
  const shown = groups.slice(0, MOST_CAUSES).map(({ key, tasks, count, error }) => {
    const text = error.length > MOST_CHARACTERS ? `${error.slice(0, MOST_CHARACTERS)}…` : error;
    return `  ${countWords(count)} of cause ${key}, ${tasks.join(", ")}: ${text}`;
  });
  const more = groups.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`  and ${countOf(more, "more cause")}`] : []),
    ...(isWhole ? [] : [`  of the ${countWords(read)} that were read; 'dead-letters' reads all.`]),
  ];
}

function workerWords(
  { service, isReady, revision, ...limits }: WorkerView,
  instances: InstancesView | undefined,
  now: number,
): string {
  const { minInstances, maxInstances, concurrency } = limits;
  const state = isReady ? "ready" : "NOT READY";
  const counted = instances
    ? `${instances.active} active and ${instances.idle} idle, counted ${whenWords(instances.time, now)}`
    : "not counted lately";
  return (
    `Worker ${service}: ${state}, revision ${revision}, ${minInstances} to ${maxInstances} instances ` +
    `of ${concurrency} places (${counted}).`
  );
}

function alertWords(alerts: AlertsView): string {
  if (alerts.notTold !== undefined) return `Alerts cannot be listed: ${alerts.notTold}`;
  if (alerts.count === 0) return "No alerts.";
  const { length } = alerts.open;
  return `${countOf(alerts.count, "alert")}, ${length === 0 ? "none" : length} of them open.`;
}

function openWords({ title, about, since }: OpenAlert, now: number): string {
  const of = about === "" ? "" : ` (${about})`;
  return `Alert '${title}'${of} has been open for ${spanWords(now - since)}.`;
}

function scheduleTable(views: readonly ScheduleView[], now: number, width: number): string {
  const rows = views.map(({ key, state, next, last, lastCode }) => [
    key,
    state,
    next === undefined ? "-" : `${timeWords(next)} (${whenWords(next, now)})`,
    last === undefined ? "never" : `${timeWords(last)} (${whenWords(last, now)})`,
    last === undefined ? "-" : lastCode === 0 ? "ok" : `failed, code ${lastCode}`,
  ]);
  return table(["Schedule", "State", "Next", "Last", "Result"], rows, { width });
}
