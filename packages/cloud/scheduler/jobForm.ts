import type { Form } from "../data/store.ts";
import { createJobState, type Run } from "./jobCore.ts";
import { settingsOf, type Job } from "./jobResource.ts";

type KeptJob = Pick<
  Job,
  "name" | "project" | "declaration" | "paused" | "userUpdateTime" | "lastAttemptTime" | "status"
> & { readonly runs: readonly Run[] };

/**
 * How a job is kept. An attempt that was under way is made again at once; a time of the schedule that nobody was
 * there for is not made up for.
 */
export function jobForm(now: number): Form<Job> {
  return {
    write: ({ state, ...kept }) => ({ ...kept, settings: undefined, runs: [...state.runs] }),
    read(json) {
      // It is what `write` returned.
      const { runs, ...kept } = json as unknown as KeptJob;
      const settings = settingsOf(kept.declaration);
      const state = createJobState(settings.schedule, settings.retry, now);
      if (kept.paused) state.nextTime = undefined;
      for (const run of runs) state.runs.add({ ...run, retryTime: run.retryTime ?? now });
      return { ...kept, settings, state };
    },
  };
}
