import { z } from "zod";

/** When a schedule runs next. */
export interface NextRun {
  readonly schedule: string;
  /** `Fri, 27 Nov 2026, 08:00 (Europe/Berlin)`, in the schedule's own time zone; `paused` where it does not run. */
  readonly next: string;
}

const job = z.object({
  state: z.string(),
  timeZone: z.string(),
  scheduleTime: z.iso.datetime().optional(),
});

/** When each schedule of a stack runs next, as its Scheduler jobs say, in the order of their names. */
export async function nextRuns(
  /** The full names of the jobs by their schedules. */
  schedules: Readonly<Record<string, string>>,
  /** The address of the local cloud's API. */
  endpoint: string,
): Promise<NextRun[]> {
  return Promise.all(
    Object.entries(schedules).map(async ([schedule, name]) => {
      const response = await fetch(`${endpoint}/v1/${name}`);
      return { schedule, next: told(job.parse(await response.json())) };
    }),
  );
}

function told({ state, timeZone, scheduleTime }: z.output<typeof job>): string {
  if (state !== "ENABLED" || scheduleTime === undefined) return "paused";
  const wall = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    ...({ weekday: "short", day: "numeric", month: "short", year: "numeric" } as const),
    ...({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const),
  }).format(new Date(scheduleTime));
  return `${wall} (${timeZone})`;
}
