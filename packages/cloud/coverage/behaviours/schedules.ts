import type { BehaviourGroup } from "../behaviour.ts";

const runs = { isEmulated: "yes", section: "6.2", test: "scheduler/runs.test.ts" } as const;

/** What the jobs of Cloud Scheduler do. */
export const scheduleBehaviours: BehaviourGroup = {
  title: "Schedules",
  behaviours: [
    {
      what: "cron in a time zone; both day fields given: either will do",
      isEmulated: "yes",
      section: "6.2",
      test: "scheduler/schedule.test.ts",
    },
    {
      what: "time zones by the names of the tz database alone, in their own case",
      isEmulated: "yes",
      section: "6.2",
      test: "scheduler/schedule.test.ts",
    },
    {
      what: "schedules in English",
      isEmulated: "no",
      section: "6.2",
      test: "api/notEmulated.test.ts",
    },
    { what: "the request, its headers and its content type", ...runs },
    { what: "`retryConfig`: retries end at the next scheduled time", ...runs },
    { what: "runs do not overlap: one that is due meanwhile starts late", ...runs },
    { what: "pausing; runs that nobody was there for are not made up for", ...runs },
    { what: "`attemptDeadline`", ...runs },
    {
      what: "targets of Pub/Sub and App Engine",
      isEmulated: "partly",
      note: "kept and shown; a run fails and says that it is not emulated",
      section: "6.1",
      test: "scheduler/jobMethods.test.ts",
    },
    { what: "logs of executions", isEmulated: "no", section: "6.2" },
    { what: "runs missed while the API was disabled", isEmulated: "no", section: "6.2" },
    { what: "5,000 jobs a region at most", isEmulated: "no", section: "6.2" },
  ],
};
