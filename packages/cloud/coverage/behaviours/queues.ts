import type { BehaviourGroup } from "../behaviour.ts";

const yes = (what: string, section: string, test: string, note?: string) =>
  ({
    what,
    isEmulated: "yes",
    section,
    test: `cloudtasks/${test}.test.ts`,
    ...(note !== undefined && { note }),
  }) as const;

/** What the queues of Cloud Tasks do. */
export const queueBehaviours: BehaviourGroup = {
  title: "Queues",
  behaviours: [
    yes(
      "back-off that doubles `maxDoublings` times, then grows by equal steps up to `maxBackoff`",
      "2",
      "stopRule",
    ),
    yes(
      "the wait counted from the answer, without jitter; after a timeout from the deadline",
      "2",
      "retry",
    ),
    yes(
      "a task is given up when both `maxAttempts` and `maxRetryDuration` are exhausted; −1 and 0 as documented",
      "2",
      "stopRule",
    ),
    yes("a task's own `retryConfig` in place of its queue's", "1.4", "stopRule"),
    yes("a token a dispatch, refilled at `maxDispatchesPerSecond`", "3", "rateLimits"),
    {
      what: "`maxBurstSize` made from the rate",
      isEmulated: "partly",
      note: "a fifth of the rate, from 10 to 500: Google states no rule. In v2beta3 it can be set",
      section: "3",
      test: "cloudtasks/rateLimits.test.ts",
    },
    yes("`maxConcurrentDispatches`", "3", "rateLimits"),
    yes("a paused queue takes tasks and dispatches none", "3", "limits"),
    yes(
      "RunTask passes by pause, schedule, rate and concurrency, beside a delivery under way",
      "1.9",
      "limits",
    ),
    yes(
      "PurgeQueue takes tasks that are created around it too",
      "1.2",
      "purge",
      'at once, unless a fault `on: "purge"` gives it a window',
    ),
    yes("tasks are gone after 31 days", "1.5", "fieldLimits"),
    yes(
      "the name of a task that is gone stays taken",
      "1.6",
      "takenNames",
      "for an hour: `settings.taskTombstoneMs`; `tombstoneTtl` in v2beta3",
    ),
    yes(
      "the name of a deleted queue stays taken",
      "1.7",
      "takenNames",
      "for seven days: `settings.queueTombstoneMs`",
    ),
    {
      what: "a new queue is not found for a while",
      isEmulated: "yes",
      note: 'only with a fault `on: "queue"`',
      section: "1.3",
      test: "faults/faults.test.ts",
    },
    yes("the limits of names, URLs, headers, bodies, sizes and times", "1.5", "fieldLimits"),
    yes("Google's words for what it refuses", "1.8", "errorMatrix"),
    yes("UpdateQueue makes a queue that is not there", "1.2", "queueMethods"),
    yes("pages and filters of lists, tokens for two hours", "1.2", "listPages"),
    yes(
      "the body of a task in view FULL only, which takes a permission of its own",
      "1.4",
      "taskFields",
    ),
    yes("`stats`, `taskTtl`, `tombstoneTtl` of v2beta3", "1.3", "betaQueues"),
    {
      what: "state DISABLED, and queues that rest after 30 days without use",
      isEmulated: "no",
      section: "1.3",
    },
    { what: "pull queues", isEmulated: "no", section: "1.3", test: "api/notEmulated.test.ts" },
    {
      what: "tasks in batches, encryption with keys of one's own (CMEK)",
      isEmulated: "no",
      section: "1.2",
      test: "api/notEmulated.test.ts",
    },
    {
      what: "a slower rate after answers of 429 and 503; `Retry-After`",
      isEmulated: "no",
      section: "1.9",
    },
    {
      what: "the slow start of a queue that is new, idle or suddenly full",
      isEmulated: "no",
      section: "3",
    },
    { what: "quotas of requests and of queues", isEmulated: "no", section: "1.5" },
    { what: "policies of an organization (locations)", isEmulated: "no", section: "1.3" },
  ],
};
