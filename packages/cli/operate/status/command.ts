import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { table } from "../../command/table.ts";
import { countOf, dayWords, spanWords, timeWords, whenWords } from "../../command/words.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { queueTable } from "../queues/queueTable.ts";
import {
  stackStatus,
  type DeadLettersView,
  type ScheduleView,
  type WorkerView,
} from "./stackStatus.ts";

export function configure(command: Command): void {
  withOperator(command)
    .description(
      "Shows a stack on one screen: queues, dead letters, schedules, worker, and what somebody should look at. " +
        "Ends with 1 where there is any of that. No task is listed.",
    )
    .action(async ({ json }: { readonly json: boolean }) => {
      await operate(command, (operating) => showStatus(operating, json));
    });
}

export async function showStatus({ calls, output }: Operating, json: boolean): Promise<ExitCode> {
  const { stack, project, region } = calls.operations;
  const now = output.now();
  const status = await stackStatus(calls, now);
  if (json) output.print(JSON.stringify({ kind: "status", stack, project, region, ...status }));
  else {
    output.print(`Stack '${stack}', project '${project}', ${region}. Times are UTC.`);
    output.print(queueTable(status.queues, now, output.width));
    output.print(deadLetterWords(status.deadLetters, now));
    for (const worker of status.workers) output.print(workerWords(worker));
    if (status.schedules.length > 0)
      output.print(scheduleTable(status.schedules, now, output.width));
    for (const problem of status.problems) output.print(`! ${problem}`);
  }
  return status.problems.length === 0 ? EXIT.done : EXIT.failed;
}

function deadLetterWords({ count, oldest, keptMs }: DeadLettersView, now: number): string {
  const kept = `kept for ${spanWords(keptMs)}`;
  if (!oldest) return `No dead letters; they are ${kept}.`;
  const { created, expires } = oldest;
  const age = whenWords(created, now);
  return `${countOf(count, "dead letter")}, the oldest of ${age}; ${kept}, until ${dayWords(expires)}.`;
}

function workerWords({ service, isReady, revision, ...limits }: WorkerView): string {
  const { minInstances, maxInstances, concurrency } = limits;
  const state = isReady ? "ready" : "NOT READY";
  return (
    `Worker ${service}: ${state}, revision ${revision}, ${minInstances} to ${maxInstances} instances ` +
    `of ${concurrency} places.`
  );
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
