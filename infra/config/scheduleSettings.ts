import { z } from "zod";
import type { TaskContract } from "../../tasks/contract/contract.ts";
import { alternatives } from "../../tasks/contract/knownNames.ts";
import { parseCron } from "@background-tasks/google/cron.ts";
import type { Overridden } from "./overrides.ts";
import type { Place } from "./places.ts";
import { describeIssues, IN_WORDS } from "./problems.ts";
import * as rules from "./rules.ts";
import { isTimeZone } from "@background-tasks/google/timeZoneNames.ts";

/** A schedule as it is deployed. */
export interface ScheduleSettings {
  readonly cron: string;
  readonly timeZone: string;
  readonly task: string;
  readonly payload: unknown;
  readonly paused: boolean;
}

/** Where a schedule names none: UTC has no clock changes, and is what Google recommends. */
const DEFAULT_TIME_ZONE = "Etc/UTC";

/** The schedules' settings, those that keep the rules; what does not is added to `problems`. */
export function parseSchedules(
  { entries, placeOf }: Overridden,
  tasks: Readonly<Record<string, TaskContract>>,
  problems: string[],
): Record<string, ScheduleSettings> {
  const schema = scheduleSchema(tasks);
  const parsed: Record<string, ScheduleSettings> = {};
  for (const [name, settings] of Object.entries(entries)) {
    const place = placeOf(name);
    const result = schema.safeParse(settings, IN_WORDS);
    const found = [
      ...(result.success ? [] : describeIssues(place, settings, result.error.issues)),
      // Whatever else is wrong with the schedule.
      ...checkPayload(place, settings, tasks),
    ];
    problems.push(...found);
    if (!result.success || found.length > 0) continue;
    const { timeZone = DEFAULT_TIME_ZONE, paused = false, ...schedule } = result.data;
    parsed[name] = { ...schedule, timeZone, paused };
  }
  return parsed;
}

/** What is wrong with a schedule's payload; nothing where it names no task that there is. */
function checkPayload(
  place: Place,
  settings: unknown,
  tasks: Readonly<Record<string, TaskContract>>,
): string[] {
  const { data } = z.looseObject({ task: z.string(), payload: z.unknown() }).safeParse(settings);
  if (!data || !Object.hasOwn(tasks, data.task)) return [];
  const payload = tasks[data.task]?.payload.safeParse(data.payload, IN_WORDS);
  if (payload?.success !== false) return [];
  const inPayload: Place = (path) => place(["payload", ...path]);
  return describeIssues(inPayload, data.payload, payload.error.issues);
}

function scheduleSchema(tasks: Readonly<Record<string, TaskContract>>) {
  const names = Object.keys(tasks);
  return rules.group({
    cron: z.string({ error: CRON_RULE }).check(({ value, issues }) => {
      try {
        parseCron(value);
      } catch (error) {
        issues.push({
          code: "custom",
          input: value,
          message: error instanceof Error ? error.message : String(error),
        });
      }
    }),
    timeZone: z.string({ error: ZONE_RULE }).refine(isTimeZone, { error: ZONE_RULE }).optional(),
    task: z.string().refine((name) => names.includes(name), {
      error: ({ input }) =>
        `tasks/tasks.ts has no such task. ${alternatives(String(input), "tasks", names)}`,
    }),
    payload: z.unknown(),
    paused: rules.boolean().optional(),
  });
}

const CRON_RULE = "it must be a cron expression, such as '0 7 * * MON-FRI'";
const ZONE_RULE = "it must be an IANA time zone, such as 'Europe/Berlin' or 'Etc/UTC'";
