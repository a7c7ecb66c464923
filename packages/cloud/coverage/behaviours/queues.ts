import type { BehaviourGroup } from "../behaviour.ts";

/** What the queues of Cloud Tasks do. */
export const queueBehaviours: BehaviourGroup = {
  title: "Queues",
  behaviours: [
    {
      what: "back-off that doubles `maxDoublings` times, then grows by equal steps up to `maxBackoff`",
      isEmulated: "yes",
      section: "2",
      tests: { "cloudtasks/stopRule.test.ts": ["is that of the worked example: $example"] },
    },
    {
      what: "the wait counted from the answer, without jitter; after a timeout from the deadline",
      isEmulated: "yes",
      section: "2",
      tests: {
        "cloudtasks/retry.test.ts": [
          "count the wait from the answer, not from the schedule (G 2)",
          "count the wait after a timeout from the deadline's expiry (G 2)",
        ],
        "cloudtasks/stopRule.test.ts": [
          "is added to the time of the answer exactly, without jitter",
        ],
      },
    },
    {
      what: "a task is given up when both `maxAttempts` and `maxRetryDuration` are exhausted; −1 and 0 as documented",
      isEmulated: "yes",
      section: "2",
      tests: { "cloudtasks/stopRule.test.ts": ["once both limits are exhausted: $retryConfig"] },
    },
    {
      what: "a task's own `retryConfig` in place of its queue's",
      isEmulated: "yes",
      section: "1.4",
      tests: {
        "cloudtasks/stopRule.test.ts": [
          "replaces the queue's whole, with Google's defaults for what it leaves out",
        ],
      },
    },
    {
      what: "a token a dispatch, refilled at `maxDispatchesPerSecond`",
      isEmulated: "yes",
      section: "3",
      tests: {
        "cloudtasks/rateLimits.test.ts": [
          "of $rate/s dispatches its burst, then one in $everySeconds s",
        ],
      },
    },
    {
      what: "`maxBurstSize` made from the rate",
      isEmulated: "partly",
      note: "a fifth of the rate, from 10 to 500: Google states no rule. In v2beta3 it can be set",
      section: "3",
      tests: {
        "cloudtasks/rateLimits.test.ts": [
          "that is changed through the API brings the burst of the new one",
        ],
        "cloudtasks/betaQueues.test.ts": ["takes a burst size from its caller, which v2 ignores"],
      },
    },
    {
      what: "`maxConcurrentDispatches`",
      isEmulated: "yes",
      section: "3",
      tests: {
        "cloudtasks/rateLimits.test.ts": ["bounds what is under way, even where there are tokens"],
      },
    },
    {
      what: "a paused queue takes tasks and dispatches none",
      isEmulated: "yes",
      section: "3",
      tests: {
        "cloudtasks/limits.test.ts": [
          "takes tasks and dispatches none until it is resumed, then in order (G 3)",
        ],
      },
    },
    {
      what: "RunTask passes by pause, schedule, rate and concurrency, beside a delivery under way",
      isEmulated: "yes",
      section: "1.9",
      tests: {
        "cloudtasks/limits.test.ts": [
          "dispatches past pause, schedule and concurrency",
          "may run a task beside a delivery that is under way; the task ends once",
        ],
        "cloudtasks/deliveries.test.ts": ["passes the rate by, and takes no token of it"],
      },
    },
    {
      what: "PurgeQueue takes tasks that are created around it too",
      isEmulated: "yes",
      note: 'at once, unless a fault `on: "purge"` gives it a window',
      section: "1.2",
      tests: {
        "cloudtasks/purge.test.ts": [
          "takes tasks that are created within its window too: answered, and gone",
        ],
      },
    },
    {
      what: "tasks are gone after 31 days",
      isEmulated: "yes",
      section: "1.5",
      tests: {
        "cloudtasks/fieldLimits.test.ts": [
          "to live ends 31 days after its creation, whether or not it was dispatched",
        ],
      },
    },
    {
      what: "the name of a task that is gone stays taken",
      isEmulated: "yes",
      note: "for an hour: `settings.taskTombstoneMs`; `tombstoneTtl` in v2beta3",
      section: "1.6",
      tests: {
        "cloudtasks/taskMethods.test.ts": ["cannot be used again for an hour after it was $how"],
        "cloudtasks/takenNames.test.ts": ["is free again after $ms ms, as the setting says"],
      },
    },
    {
      what: "the name of a deleted queue stays taken",
      isEmulated: "yes",
      note: "for seven days: `settings.queueTombstoneMs`",
      section: "1.7",
      tests: {
        "cloudtasks/queueMethods.test.ts": [
          "cannot be used again for seven days, by an upsert neither",
        ],
        "cloudtasks/takenNames.test.ts": ["is free again after $days days, as the setting says"],
      },
    },
    {
      what: "a new queue is not found for a while",
      isEmulated: "yes",
      note: 'only with a fault `on: "queue"`',
      section: "1.3",
      tests: { "faults/faults.test.ts": ["finds a new queue only later (G 1.3)"] },
    },
    {
      what: "the limits of names, URLs, headers, bodies, sizes and times",
      isEmulated: "yes",
      section: "1.5",
      tests: {
        "cloudtasks/fieldLimits.test.ts": [
          "a queue may be called '$id': $status",
          "may have 2083 characters once it is encoded: $what",
          "take less than 80 KB, the stored User-Agent included",
          "goes with $httpMethod: $status",
          "is at most 1,048,569 bytes as protobuf stores it: $what",
          "to answer in is cut to milliseconds: $dispatchDeadline",
        ],
      },
    },
    {
      what: "Google's words for what it refuses",
      isEmulated: "yes",
      section: "1.8",
      tests: { "cloudtasks/errorMatrix.test.ts": ["$when is $status"] },
    },
    {
      what: "UpdateQueue makes a queue that is not there",
      isEmulated: "yes",
      section: "1.2",
      tests: {
        "cloudtasks/queueMethods.test.ts": [
          "creates a queue that is not there, with the permission to",
        ],
      },
    },
    {
      what: "pages and filters of lists, tokens for two hours",
      isEmulated: "yes",
      section: "1.2",
      tests: {
        "cloudtasks/listPages.test.ts": [
          "hold at most 9800 queues: '$query'",
          "go on for two hours, and no longer",
        ],
        "cloudtasks/queueFilter.test.ts": ["'$filter' finds '$finds'"],
      },
    },
    {
      what: "the body of a task in view FULL only, which takes a permission of its own",
      isEmulated: "yes",
      section: "1.4",
      tests: {
        "cloudtasks/taskFields.test.ts": [
          "shows its body where $view is asked for, and its headers always",
        ],
        "cloudtasks/taskMethods.test.ts": ["needs fullView to be seen in full (G 9.1)"],
      },
    },
    {
      what: "`stats`, `taskTtl`, `tombstoneTtl` of v2beta3",
      isEmulated: "yes",
      section: "1.3",
      tests: {
        "cloudtasks/betaQueues.test.ts": [
          "shows its stats to those who ask for them, and nothing else then",
          "deletes tasks at its taskTtl, those that are there already too",
          "keeps names of tasks for its tombstoneTtl, which an update of v2 leaves alone",
        ],
      },
    },
    {
      what: "state DISABLED, and queues that rest after 30 days without use",
      isEmulated: "no",
      section: "1.3",
    },
    {
      what: "pull queues",
      isEmulated: "no",
      section: "1.3",
      tests: { "api/notEmulated.test.ts": ["answers UNIMPLEMENTED and is told of: $what"] },
    },
    {
      what: "tasks in batches, encryption with keys of one's own (CMEK)",
      isEmulated: "no",
      section: "1.2",
      tests: { "api/notEmulated.test.ts": ["answers UNIMPLEMENTED and is told of: $what"] },
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
