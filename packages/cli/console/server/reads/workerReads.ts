import { z } from "zod";
import { idOf } from "../../../operate/calls/ownNames.ts";
import type { LogEntry } from "../../../operate/calls/messages.ts";
import { instancesView } from "../../../operate/status/instances.ts";
import { memorySeries } from "../../../operate/status/memorySeries.ts";
import { stackStatus } from "../../../operate/status/stackStatus.ts";
import { nothing, read, SERIES_MINUTES } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { revisionsOf } from "../localCalls.ts";
import { shownStack } from "../shownStack.ts";

/** Lines of a worker's log that are shown. */
const MOST_LOG_LINES = 500;

/** The workers, and what they say. */
export function workerReads(context: ConsoleContext) {
  const { connect, now, local } = context;
  return {
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
            stack: shownStack(local, textOf(jsonPayload["stack_trace"])),
          })),
        };
      },
    ),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
