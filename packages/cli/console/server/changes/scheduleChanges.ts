import { z } from "zod";
import type { Operation } from "../../../../../infra/alerts/operationsLog.ts";
import { scheduleNamed } from "../../../operate/calls/ownNames.ts";
import { change, text } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { acting } from "./acting.ts";

/** What is done to a schedule. */
export function scheduleChanges(context: ConsoleContext) {
  const { journal, audit } = context;
  const { mayChange } = acting(context);

  async function switchSchedule(schedule: string, action: Operation): Promise<object> {
    mayChange();
    const calls = await context.connect();
    const job = scheduleNamed(calls.operations, schedule);
    await audit({ what: `${action}-schedule`, count: 1 });
    await journal({ call: `${action}Schedule`, to: schedule });
    await calls.switchJob(job, action);
    return {};
  }

  return {
    runSchedule: change(z.strictObject({ schedule: text }), async ({ schedule }) => {
      mayChange();
      const calls = await context.connect();
      const job = scheduleNamed(calls.operations, schedule);
      await audit({ what: "run", count: 1 });
      await journal({ call: "runSchedule", to: schedule });
      await calls.runJob(job);
      return {};
    }),

    /** The program does not know of it. */
    pauseSchedule: change(z.strictObject({ schedule: text }), ({ schedule }) =>
      switchSchedule(schedule, "pause"),
    ),
    resumeSchedule: change(z.strictObject({ schedule: text }), ({ schedule }) =>
      switchSchedule(schedule, "resume"),
    ),
  };
}
