import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import {
  alertsOf,
  LOG_METRIC_S,
  type Alert,
  type Condition,
} from "../../../infra/alerts/alerts.ts";
import { logMetricsOf } from "../../../infra/alerts/logMetrics.ts";
import type { Since, Watched } from "../../../infra/alerts/watched.ts";
import { watchedStack } from "./watchedStack.ts";

const since: Since = () => 1_000_000_000;

function conditionsOf(watched: Watched): Record<string, Condition> {
  return Object.fromEntries(alertsOf(watched).map(({ key, condition }) => [key, condition]));
}

/** The expression of an alert. */
function queryOf(key: Alert["key"], watched: Watched, at: Since = since): string | undefined {
  const condition = conditionsOf(watched)[key];
  if (condition?.kind !== "promql") return undefined;
  const { query } = condition;
  return typeof query === "string" ? query : query(at);
}

const DELAYS =
  'metric.type="cloudtasks.googleapis.com/queue/task_attempt_delays" AND ' +
  'resource.type="cloud_tasks_queue" AND resource.labels.queue_id=monitoring.regex.full_match("?")';

/** So many queues, `q0` the first. */
function queues(count: number): Watched["queues"] {
  const [email] = watchedStack().queues;
  return Array.from({ length: count }, (_, i) => ({ ...email!, key: `q${i}` }));
}

describe("alertsOf", () => {
  it("calls somebody for these, and tells somebody of those", () => {
    const all = alertsOf(watchedStack());

    const of = (to: Alert["to"]): string[] =>
      all.filter((alert) => alert.to === to).map(({ key }) => key);
    expect(of("page")).toEqual([
      "queue-silent",
      "dead-letters-many",
      "dead-letter-not-kept",
      "work-stands-still",
      "deliveries-refused",
      "worker-silent",
      "tasks-wait",
      "schedule-missed",
    ]);
    expect(of("tell")).toEqual([
      "dead-letter",
      "dead-letters-steady",
      "dead-letters-waiting",
      "backlog-grows",
      "schedule-failed",
      "worker-breaks",
      "instances-used-up",
    ]);
  });

  it("has as many alerts for fifty queues as for one", () => {
    expect(alertsOf(watchedStack({ queues: queues(50) }))).toHaveLength(15);
    expect(alertsOf(watchedStack())).toHaveLength(15);
  });

  it("matches these entries of logs", () => {
    const conditions = conditionsOf(watchedStack());

    const worker =
      'log_id("run.googleapis.com/stdout") AND resource.type="cloud_run_revision" AND ' +
      'resource.labels.service_name=~"^(prod-worker)$"';
    expect(Object.entries(conditions).filter(([, { kind }]) => kind === "log")).toEqual([
      [
        "dead-letter",
        {
          kind: "log",
          filter: `${worker} AND jsonPayload.outcome="dead-letter"`,
          extractors: { task: "labels.task", queue: "labels.queue", cause: "labels.cause" },
          everyS: 600,
        },
      ],
      [
        "dead-letter-not-kept",
        {
          kind: "log",
          filter: `${worker} AND jsonPayload.outcome="not-kept"`,
          extractors: { task: "labels.task", queue: "labels.queue" },
          everyS: 300,
        },
      ],
      [
        "schedule-failed",
        {
          kind: "log",
          filter:
            'log_id("cloudscheduler.googleapis.com/executions") AND resource.type="cloud_scheduler_job" AND ' +
            'resource.labels.job_id=~"^(prod-daily-digest|prod-ping-email)$" AND severity>=ERROR',
          extractors: { job: "resource.labels.job_id", status: "jsonPayload.status" },
          everyS: 600,
        },
      ],
      [
        "worker-breaks",
        {
          kind: "log",
          filter:
            'log_id("run.googleapis.com/varlog/system") AND resource.type="cloud_run_revision" AND ' +
            'resource.labels.service_name=~"^(prod-worker)$" AND severity>=ERROR',
          extractors: {
            service: "resource.labels.service_name",
            revision: "resource.labels.revision_name",
          },
          everyS: 600,
        },
      ],
    ]);
  });

  it("compares these metrics of queues, which exist from the start", () => {
    const conditions = conditionsOf(watchedStack());

    expect(Object.entries(conditions).filter(([, { kind }]) => kind === "threshold")).toEqual([
      [
        "dead-letters-waiting",
        {
          kind: "threshold",
          limits: [
            {
              filter:
                'metric.type="cloudtasks.googleapis.com/queue/depth" AND resource.type="cloud_tasks_queue" AND ' +
                'resource.labels.queue_id=monitoring.regex.full_match("prod-dead-letter-[0-9a-f]{8}")',
              above: 0,
            },
          ],
          ...{ aligner: "ALIGN_MIN", alignS: 300, groupBy: "resource.label.queue_id" },
          durationS: 82_800,
        },
      ],
      [
        "tasks-wait",
        {
          kind: "threshold",
          limits: [
            {
              filter: DELAYS.replace("?", "prod-email-[0-9a-f]{8}"),
              above: 900_000,
            },
          ],
          ...{ aligner: "ALIGN_PERCENTILE_99", alignS: 300, groupBy: "resource.label.queue_id" },
          durationS: 600,
        },
      ],
    ]);
  });

  it("compares the queues on which tasks may wait equally long together, the shortest first", () => {
    const [email] = watchedStack().queues;
    const waiting = (waits: Record<string, number>): Watched["queues"] =>
      Object.entries(waits).map(([key, maxWaitS]) => ({ ...email!, key, maxWaitS }));
    const limitsOf = (watched: Watched): unknown => {
      const condition = conditionsOf(watched)["tasks-wait"];
      return condition?.kind === "threshold" && condition.limits;
    };

    const queues = waiting({ slow: 3600, email: 300, default: 900, sms: 300 });
    expect(limitsOf(watchedStack({ queues }))).toEqual([
      {
        of: "300 s on email and sms",
        filter: DELAYS.replace("?", "prod-(email|sms)-[0-9a-f]{8}"),
        above: 300_000,
      },
      {
        of: "900 s on default",
        filter: DELAYS.replace("?", "prod-default-[0-9a-f]{8}"),
        above: 900_000,
      },
      {
        of: "3600 s on slow",
        filter: DELAYS.replace("?", "prod-slow-[0-9a-f]{8}"),
        above: 3_600_000,
      },
    ]);
    expect(limitsOf(watchedStack({ queues: waiting({ a: 60, b: 60 }) }))).toEqual([
      { filter: DELAYS.replace("?", "prod-(a|b)-[0-9a-f]{8}"), above: 60_000 },
    ]);
  });

  it("compares queues whose names have no room in one filter by several", () => {
    const [email] = watchedStack().queues;
    const keys = Array.from({ length: 130 }, (_, n) => `a-queue-with-a-long-name-${100 + n}`);
    const condition = conditionsOf(
      watchedStack({ queues: keys.map((key) => ({ ...email!, key })) }),
    )["tasks-wait"];
    const limits = condition?.kind === "threshold" ? condition.limits : [];

    const namesIn = ({ filter }: { filter: string }): string[] =>
      filter.match(/a-queue-with-a-long-name-\d+/g) ?? [];
    expect(limits.map((limit) => namesIn(limit).length)).toEqual([64, 64, 2]);
    expect(limits.flatMap(namesIn)).toEqual(keys);
    expect(Math.max(...limits.map(({ filter }) => filter.length))).toBeLessThanOrEqual(2048);
    expect(limits.at(-1)?.of).toBe(`900 s on ${keys.at(-2)} and ${keys.at(-1)}`);
  });

  it("says how long tasks may wait on which queues, and names five of those at most", () => {
    const textOf = (queues: Watched["queues"]): string =>
      alertsOf(watchedStack({ queues })).find(({ key }) => key === "tasks-wait")!.text;
    const [email] = watchedStack().queues;

    expect(textOf([email!, { ...email!, key: "sms", maxWaitS: 60 }])).toContain(
      "its queue's `maxWait` allows: 60 s on sms, 900 s on email.\n",
    );
    expect(textOf(queues(5))).toContain("allows: 900 s on q0, q1, q2, q3 and q4.");
    expect(textOf(queues(50))).toContain("allows: 900 s on q0, q1, q2, q3 and 46 more.");
  });

  it.each([1, 20, 100])("asks no more than Google takes of %i queues", (count) => {
    for (const { condition, text, title } of alertsOf(watchedStack({ queues: queues(count) }))) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.text);
      expect(title.length).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.name / 2);
      if (condition.kind !== "threshold") continue;
      expect(condition.limits.length).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.conditions);
      for (const { filter } of condition.limits) {
        expect(filter.length).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.filter);
      }
    }
  });

  const RUN = 'monitored_resource="cloud_run_revision"';
  const QUEUE = 'monitored_resource="cloud_tasks_queue"';
  /** How long it has to hold, how often it is asked, and the expression. */
  const expressions: Readonly<Record<string, readonly [number, number, string]>> = {
    "queue-silent": [
      60,
      60,
      `label_replace(((((sum(increase(logging_googleapis_com:user_prod_pings{${RUN},queue="email"}[900s])) or vector(0)) < 1) unless on() (((sum(increase(logging_googleapis_com:user_prod_pauses{monitored_resource="global",queue="email",action="pause"}[86400s])) or vector(0)) - (sum(increase(logging_googleapis_com:user_prod_pauses{monitored_resource="global",queue="email",action="resume"}[86400s])) or vector(0)) > 0.5) or ((sum(increase(logging_googleapis_com:user_prod_pauses{monitored_resource="global",queue="email"}[900s])) or vector(0)) > 0))) and on() (vector(time()) > 1000000900)), "queue", "email", "", "")`,
    ],
    "dead-letters-many": [
      0,
      60,
      `(((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[3600s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[3600s])) or vector(0)) > 0.0144) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[300s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[300s])) or vector(0)) > 0.0144) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[3600s])) or vector(0)) > 100) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[300s])) or vector(0)) > 100)) or (((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[21600s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[21600s])) or vector(0)) > 0.006) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[1800s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[1800s])) or vector(0)) > 0.006) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[21600s])) or vector(0)) > 100) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[1800s])) or vector(0)) > 100))`,
    ],
    "dead-letters-steady": [
      0,
      60,
      `(((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[86400s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[86400s])) or vector(0)) > 0.003) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},outcome="dead-letter"}[7200s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[7200s])) or vector(0)) > 0.003) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[86400s])) or vector(0)) > 100) and ((sum(increase(logging_googleapis_com:user_prod_ended{${RUN}}[7200s])) or vector(0)) > 100))`,
    ],
    "work-stands-still": [
      3600,
      60,
      `label_replace(((((sum(increase(logging_googleapis_com:user_prod_ended{${RUN},queue="email"}[86400s])) or vector(0)) < 1) and on() ((sum(increase(cloudtasks_googleapis_com:queue_task_attempt_count{${QUEUE},queue_id=~"prod-email-[0-9a-f]{8}"}[86400s])) or vector(0)) - (sum(increase(logging_googleapis_com:user_prod_pings{${RUN},queue="email"}[86400s])) or vector(0)) > 12) and on() (sum(cloudtasks_googleapis_com:queue_depth{${QUEUE},queue_id=~"prod-email-[0-9a-f]{8}"}) > 0) and on() (sum(cloudtasks_googleapis_com:queue_depth{${QUEUE},queue_id=~"prod-email-[0-9a-f]{8}"} offset 86400s) > 0)) and on() (vector(time()) > 1000086400)), "queue", "email", "", "")`,
    ],
    "deliveries-refused": [
      300,
      60,
      `label_replace(((sum by (status) (increase(logging_googleapis_com:user_prod_deliveries{${RUN},service_name="prod-worker",status=~"401|403|404"}[300s])) > 0) and on() (vector(time()) > 1000000900)), "service", "prod-worker", "", "")`,
    ],
    "worker-silent": [
      0,
      60,
      `label_replace((((sum(increase(logging_googleapis_com:user_prod_deliveries{${RUN},service_name="prod-worker",status=~"429|500|503|504"}[600s])) or vector(0)) > 20) and ((sum(increase(logging_googleapis_com:user_prod_deliveries{${RUN},service_name="prod-worker",status=~"429|500|503|504"}[600s])) or vector(0)) / (sum(increase(logging_googleapis_com:user_prod_deliveries{${RUN},service_name="prod-worker"}[600s])) or vector(0)) > 0.2)), "service", "prod-worker", "", "")`,
    ],
    "backlog-grows": [
      600,
      60,
      `label_replace(((sum(cloudtasks_googleapis_com:queue_depth{${QUEUE},queue_id=~"prod-email-[0-9a-f]{8}"}) > 45000) and (sum(deriv(cloudtasks_googleapis_com:queue_depth{${QUEUE},queue_id=~"prod-email-[0-9a-f]{8}"}[900s])) > 0)), "queue", "email", "", "")`,
    ],
    "schedule-missed": [
      0,
      300,
      `label_replace(((((sum(increase(logging_googleapis_com:user_prod_runs{monitored_resource="cloud_scheduler_job",job_id="prod-daily-digest"}[90000s])) or vector(0)) < 1) and on() ((day_of_week(vector(time() - 25200)) == 1 or day_of_week(vector(time() - 25200)) == 2 or day_of_week(vector(time() - 25200)) == 3 or day_of_week(vector(time() - 25200)) == 4 or day_of_week(vector(time() - 25200)) == 5) and hour(vector(time() - 25200)) < 22)) and on() (vector(time()) > 1000090000)), "schedule", "daily-digest", "", "")`,
    ],
    "instances-used-up": [
      1800,
      60,
      `label_replace((sum(run_googleapis_com:container_instance_count{${RUN},service_name="prod-worker",state="active"}) >= 10), "service", "prod-worker", "", "")`,
    ],
  };

  it.each(Object.keys(expressions))("asks for %s exactly so", (key) => {
    const watched = watchedStack();
    const condition = conditionsOf(watched)[key];

    const { durationS, everyS } = condition as Condition & { kind: "promql" };
    expect([durationS, everyS, queryOf(key as Alert["key"], watched)]).toEqual(expressions[key]);
  });

  it("asks nothing but these", () => {
    const asked = alertsOf(watchedStack()).filter(({ condition }) => condition.kind === "promql");

    expect(asked.map(({ key }) => key)).toEqual(Object.keys(expressions));
  });

  it("asks of log-based metrics no more than Google looks at: the last 25 hours", () => {
    for (const { key, condition } of alertsOf(watchedStack())) {
      if (condition.kind !== "promql") continue;
      const query = queryOf(key, watchedStack())!;
      const windows = query.matchAll(/user_\w+\{[^}]*\}\[(\d+)s\]/g);
      for (const [, windowS] of windows) {
        expect(Number(windowS) + condition.durationS).toBeLessThanOrEqual(LOG_METRIC_S);
      }
    }
  });

  it("waits for a schedule of every day, or more often, as long as it may, and an hour", () => {
    const daily = { key: "daily-digest", job: "prod-daily-digest" };
    const asked = (longestGapS: number): string =>
      queryOf("schedule-missed", watchedStack({ schedules: [{ ...daily, longestGapS }] }))!;

    expect(asked(86_400)).toContain("[90000s]");
    expect(asked(900)).toContain("[4500s]");
    expect(asked(86_400)).not.toContain("day_of_");
  });

  it("names each queue, so that one that has no series is missed too", () => {
    const query = queryOf("queue-silent", watchedStack({ queues: queues(2) }))!;

    expect(query.split(" or label_replace(")).toHaveLength(2);
    expect(query).toContain(', "queue", "q0", "", "")');
    expect(query).toContain(', "queue", "q1", "", "")');
  });

  it("judges each thing only once it has been watched for as long as it looks back", () => {
    const at: Since = (thing) => (thing === "schedule:daily-digest" ? 2_000_000_000 : 0);

    expect(queryOf("schedule-missed", watchedStack(), at)).toContain(
      "(vector(time()) > 2000090000)",
    );
  });

  it("waits for a silent queue as long as a task may wait, and for three pings", () => {
    const [email] = watchedStack().queues;
    const slow = watchedStack({ queues: [{ ...email!, maxWaitS: 1800 }] });

    expect(queryOf("queue-silent", slow)).toContain("[1800s]");
    expect(queryOf("queue-silent", watchedStack({ canaryGapS: 1200 }))).toContain("[3600s]");
  });

  it("does without what a stack has not", () => {
    const [email] = watchedStack().queues;
    const missing = (changes: Partial<Watched>): string[] => {
      const left = conditionsOf(watchedStack(changes));
      return Object.keys(conditionsOf(watchedStack())).filter((key) => !(key in left));
    };

    expect(missing({ canaryGapS: undefined })).toEqual(["queue-silent"]);
    expect(missing({ queues: [{ ...email!, pingJob: undefined }] })).toEqual(["queue-silent"]);
    expect(missing({ schedules: [] })).toEqual(["schedule-missed"]);
    expect(missing({ delayedTasks: true })).toEqual(["backlog-grows"]);
  });

  it("names no value of a label that Google has not confirmed", () => {
    const all = JSON.stringify([
      ...alertsOf(watchedStack()).map(({ key, condition }) => [
        condition,
        queryOf(key, watchedStack()),
      ]),
      ...logMetricsOf(watchedStack()),
    ]);

    expect(all).not.toMatch(/response_code/);
  });
});

describe("logMetricsOf", () => {
  it("counts these entries, by these labels", () => {
    const worker =
      'log_id("run.googleapis.com/stdout") AND resource.type="cloud_run_revision" AND ' +
      'resource.labels.service_name=~"^(prod-worker)$"';

    expect(
      logMetricsOf(watchedStack()).map(({ key, filter, labels }) => [
        key,
        filter,
        Object.fromEntries(Object.entries(labels).map(([label, { from }]) => [label, from])),
      ]),
    ).toEqual([
      [
        "ended",
        `${worker} AND jsonPayload.outcome=("done" OR "dead-letter") AND NOT labels.task="ping"`,
        { queue: "labels.queue", outcome: "jsonPayload.outcome" },
      ],
      [
        "dead-letters",
        `${worker} AND jsonPayload.outcome="dead-letter"`,
        { queue: "labels.queue", task: "labels.task", cause: "labels.cause" },
      ],
      [
        "pings",
        `${worker} AND jsonPayload.outcome="done" AND labels.task="ping"`,
        { queue: "labels.queue" },
      ],
      [
        "deliveries",
        'log_id("run.googleapis.com/requests") AND resource.type="cloud_run_revision" AND ' +
          'resource.labels.service_name=~"^(prod-worker)$" AND httpRequest.userAgent="Google-Cloud-Tasks"',
        { status: "httpRequest.status" },
      ],
      [
        "runs",
        'log_id("cloudscheduler.googleapis.com/executions") AND resource.type="cloud_scheduler_job" AND ' +
          'resource.labels.job_id=~"^prod-" AND httpRequest.status>=200 AND httpRequest.status<300',
        {},
      ],
      [
        "pauses",
        'log_id("background-tasks") AND labels.stack="prod" AND labels.action=("pause" OR "resume")',
        { queue: "labels.queue", action: "labels.action" },
      ],
    ]);
  });
});
