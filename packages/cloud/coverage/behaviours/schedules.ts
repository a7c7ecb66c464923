import type { BehaviourGroup } from "../behaviour.ts";

/** What the jobs of Cloud Scheduler do. */
export const scheduleBehaviours: BehaviourGroup = {
  title: "Schedules",
  behaviours: [
    {
      what: "cron in a time zone; both day fields given: either will do",
      isEmulated: "yes",
      section: "6.2",
      tests: {
        "scheduler/schedule.test.ts": [
          "of '$cron' is due at its times",
          "with both day fields restricted is due on a day that matches either",
          "of '$cron' in $zone follows the clocks there",
        ],
      },
    },
    {
      what: "time zones by the names of the tz database alone, in their own case",
      isEmulated: "yes",
      section: "6.2",
      tests: { "scheduler/schedule.test.ts": ["of '$cron' in '$zone' is refused"] },
    },
    {
      what: "schedules in English",
      isEmulated: "no",
      section: "6.2",
      tests: { "scheduler/schedule.test.ts": ["in English is said not to be emulated: %s"] },
    },
    {
      what: "the request, its headers and its content type",
      isEmulated: "yes",
      section: "6.2",
      tests: {
        "scheduler/runs.test.ts": [
          "carries Scheduler's headers, and a content type where there is a body",
        ],
      },
    },
    {
      what: "`retryConfig`: retries end at the next scheduled time",
      isEmulated: "yes",
      section: "6.2",
      tests: { "scheduler/runs.test.ts": ["stop retrying at the next scheduled time"] },
    },
    {
      what: "runs do not overlap: one that is due meanwhile starts late",
      isEmulated: "yes",
      section: "6.2",
      tests: {
        "scheduler/runs.test.ts": [
          "do not overlap: one that is due meanwhile starts late, when the one before ends",
        ],
      },
    },
    {
      what: "pausing; runs that nobody was there for are not made up for",
      isEmulated: "yes",
      section: "6.2",
      tests: {
        "scheduler/runs.test.ts": [
          "stop the runs and start them again, missed ones not made up for",
        ],
      },
    },
    {
      what: "`attemptDeadline`",
      isEmulated: "yes",
      section: "6.2",
      tests: { "scheduler/runs.test.ts": ["end at the attempt deadline, 180 s by default"] },
    },
    {
      what: "targets of Pub/Sub and App Engine",
      isEmulated: "partly",
      note: "kept and shown; a run fails and says that it is not emulated",
      section: "6.1",
      tests: {
        "scheduler/jobMethods.test.ts": ["is kept and shown as it was set"],
        "scheduler/runs.test.ts": ["is kept, and told of when it fires"],
      },
    },
    {
      what: "logs of executions",
      isEmulated: "yes",
      note: "written at once, where Google's come seconds later; without an answer `debugInfo` is this cloud's reason",
      section: "6.2",
      tests: {
        "scheduler/executionLog.test.ts": [
          "has the start and the end of an attempt",
          "says of a %i %s and %s",
        ],
      },
    },
    { what: "runs missed while the API was disabled", isEmulated: "no", section: "6.2" },
    { what: "5,000 jobs a region at most", isEmulated: "no", section: "6.2" },
  ],
};
