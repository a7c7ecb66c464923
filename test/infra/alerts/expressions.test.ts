import { parseCron } from "@background-tasks/google/cron.ts";
import { alertsOf } from "../../../infra/alerts/alerts.ts";
import type { AlertKey } from "../../../infra/alerts/texts.ts";
import type { Since, Watched } from "../../../infra/alerts/watched.ts";
import { hasPromtool, unexpected, type MinuteValues } from "../../support/promtool.ts";
import { watchedStack } from "./watchedStack.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** What an alert asks, of a stack that is watched since the start. */
function ruleOf(
  key: AlertKey,
  watched: Watched = watchedStack(),
  since: Since = () => 0,
): { query: string; durationS: number; everyS: number } {
  const condition = alertsOf(watched).find((alert) => alert.key === key)?.condition;
  if (condition?.kind !== "promql") throw new Error(`'${key}' is no expression.`);
  const { query, durationS, everyS } = condition;
  return { query: typeof query === "string" ? query : query(since), durationS, everyS };
}

/** Times, in minutes: `every(5, 0, 60)` is 5, 10 … 60. */
function every(step: number, from: number, to: number, value = 1): Map<number, number> {
  const minutes = new Map<number, number>();
  for (let at = from + step; at <= to; at += step) minutes.set(at, value);
  return minutes;
}

function both(...parts: readonly Map<number, number>[]): Map<number, number> {
  return new Map(parts.flatMap((part) => [...part]));
}

const RUN = { type: "cloud_run_revision", labels: { service_name: "prod-worker" } };

function logged(
  name: string,
  labels: Readonly<Record<string, string>>,
  values: ReadonlyMap<number, number>,
  resource: MinuteValues["resource"] = RUN,
): MinuteValues {
  const type = `logging.googleapis.com/user/prod-${name}`;
  return { metric: { type, labels }, resource, kind: "DELTA", values };
}

const pings = (values: ReadonlyMap<number, number>, queue = "email"): MinuteValues =>
  logged("pings", { queue }, values);
const ended = (outcome: string, values: ReadonlyMap<number, number>): MinuteValues =>
  logged("ended", { queue: "email", outcome }, values);
const answered = (status: string, values: ReadonlyMap<number, number>): MinuteValues =>
  logged("deliveries", { status }, values);
const runsOf = (job: string, values: ReadonlyMap<number, number>): MinuteValues =>
  logged("runs", {}, values, { type: "cloud_scheduler_job", labels: { job_id: job } });
const switched = (action: string, values: ReadonlyMap<number, number>): MinuteValues =>
  logged("pauses", { queue: "email", action }, values, { type: "global" });

function ofQueue(
  metric: string,
  kind: MinuteValues["kind"],
  values: ReadonlyMap<number, number>,
): MinuteValues {
  return {
    metric: { type: `cloudtasks.googleapis.com/queue/${metric}` },
    resource: { type: "cloud_tasks_queue", labels: { queue_id: "prod-email-1a2b3c4d" } },
    kind,
    values,
  };
}

/** An hour in which all is well: pings arrive, tasks are done, some after a second attempt. */
const healthyHour: readonly MinuteValues[] = [
  pings(every(5, 0, HOUR)),
  ended("done", every(1, 0, HOUR, 30)),
  answered("204", every(1, 0, HOUR, 30)),
  answered("422", every(1, 0, HOUR, 3)),
  runsOf("prod-ping-email", every(5, 0, HOUR)),
  ofQueue("depth", "GAUGE", every(1, 0, HOUR, 40)),
  ofQueue("task_attempt_count", "DELTA", every(1, 0, HOUR, 33)),
];

const QUEUE = { queue: "email" };
const SERVICE = { service: "prod-worker" };
const none = (...minutes: readonly number[]) => minutes.map((minute) => ({ minute, labels: [] }));
const fires = (minute: number, labels: Readonly<Record<string, string>> = {}) => ({
  minute,
  labels: [labels],
});

const expressions = alertsOf(watchedStack()).filter(({ condition }) => condition.kind === "promql");

// A real engine: what PromQL means is not this project's to say.
(hasPromtool ? describe : describe.skip)("An alert that is an expression", () => {
  it.each(expressions)("is quiet in a healthy hour with retries: $key", ({ key }) => {
    expect(unexpected(ruleOf(key), healthyHour, none(0, 5, 15, 16, 30, 59, 60))).toBe("");
  });

  it.each(expressions)(
    "is quiet in an empty project, where nothing is watched yet: $key",
    ({ key }) => {
      // The stack is made at minute 10; a canary and a schedule have not run.
      expect(
        unexpected(
          ruleOf(key, watchedStack(), () => 600),
          [],
          none(0, 10, 11, 20, 25),
        ),
      ).toBe("");
    },
  );

  describe("'queue-silent'", () => {
    const rule = ruleOf("queue-silent");

    it("fires sixteen minutes after the last ping, and closes with the next", () => {
      const silence = [pings(both(every(5, 0, 60), every(5, 120, 180)))];

      expect(
        unexpected(rule, silence, [
          ...none(60, 74),
          ...[77, 100, 124].map((minute) => fires(minute, QUEUE)),
          ...none(126, 180),
        ]),
      ).toBe("");
    });

    it("fires for the queue that is silent, and not for the other", () => {
      const [email] = watchedStack().queues;
      const two = watchedStack({ queues: [email!, { ...email!, key: "default" }] });

      expect(
        unexpected(
          ruleOf("queue-silent", two),
          [pings(every(5, 0, 30)), pings(every(5, 0, 120), "default")],
          [...none(40), fires(60, QUEUE)],
        ),
      ).toBe("");
    });

    it("fires where no ping ever arrived, once the queue has been watched so long", () => {
      expect(
        unexpected(
          ruleOf("queue-silent", watchedStack(), () => 600),
          [],
          [...none(25), fires(27, QUEUE)],
        ),
      ).toBe("");
    });

    it("excuses a queue that was paused by a command, for a day and until it is resumed", () => {
      const silent = pings(both(every(5, 0, 60), every(5, 10 * HOUR, 11 * HOUR)));
      const paused = switched("pause", new Map([[62, 1]]));

      expect(unexpected(rule, [silent, paused], none(80, 300, 9 * HOUR, 10 * HOUR + 30))).toBe("");
      expect(
        unexpected(rule, [pings(every(5, 0, 60)), paused], [...none(DAY), fires(DAY + 65, QUEUE)]),
      ).toBe("");
    });

    it("fires when a queue that was resumed delivers nothing for its window", () => {
      const stopped = pings(every(5, 0, 60));
      const pause = switched("pause", new Map([[62, 1]]));
      const resume = switched("resume", new Map([[200, 1]]));

      expect(
        unexpected(rule, [stopped, pause, resume], [...none(190, 205, 214), fires(220, QUEUE)]),
      ).toBe("");
    });
  });

  it("'dead-letters-many' fires in minutes where everything dies, and closes when it is over", () => {
    const done = both(every(1, 0, 60, 30), every(1, 90, 200, 30));
    const dead = every(1, 60, 90, 30);

    expect(
      unexpected(
        ruleOf("dead-letters-many"),
        [ended("done", done), ended("dead-letter", dead)],
        [...none(60), fires(65), fires(90), ...none(200)],
      ),
    ).toBe("");
  });

  it("'dead-letters-many' does not count a few among few", () => {
    expect(
      unexpected(
        ruleOf("dead-letters-many"),
        [ended("done", every(10, 0, 120)), ended("dead-letter", every(15, 0, 120))],
        none(60, 120),
      ),
    ).toBe("");
  });

  it("'dead-letters-steady' fires where one in two hundred dies for hours, and closes", () => {
    const dead = every(10, 6 * HOUR, 2 * DAY);

    expect(
      unexpected(
        ruleOf("dead-letters-steady"),
        [ended("done", every(1, 0, 4 * DAY, 20)), ended("dead-letter", dead)],
        [...none(6 * HOUR), fires(DAY), fires(2 * DAY), ...none(2 * DAY + 3 * HOUR)],
      ),
    ).toBe("");
  });

  describe("'work-stands-still'", () => {
    const rule = ruleOf("work-stands-still");
    const depth = ofQueue("depth", "GAUGE", every(1, 0, 3 * DAY, 5));

    it("fires an hour after a day of deliveries without an end, and closes with the first", () => {
      const attempts = ofQueue("task_attempt_count", "DELTA", every(60, 0, 3 * DAY));
      const done = ended("done", both(every(10, 0, HOUR), every(10, 2 * DAY, 3 * DAY)));

      expect(
        unexpected(
          rule,
          [depth, attempts, done],
          [...none(DAY), fires(DAY + 3 * HOUR, QUEUE), ...none(2 * DAY + 15)],
        ),
      ).toBe("");
    });

    it("is quiet where tasks only wait for a later time, pinged as the queue is", () => {
      const attempts = ofQueue("task_attempt_count", "DELTA", every(5, 0, 3 * DAY));

      expect(
        unexpected(
          rule,
          [depth, attempts, pings(every(5, 0, 3 * DAY))],
          none(DAY, 2 * DAY, 3 * DAY),
        ),
      ).toBe("");
    });

    it("is quiet on a queue that came into a stack that is watched already", () => {
      const attempts = ofQueue("task_attempt_count", "DELTA", every(5, 2 * DAY, 3 * DAY));
      const young = ofQueue("depth", "GAUGE", every(1, 2 * DAY, 3 * DAY, 5));

      expect(
        unexpected(
          ruleOf("work-stands-still", watchedStack(), () => 2 * DAY * 60),
          [young, attempts],
          none(2 * DAY + 2 * HOUR, 3 * DAY),
        ),
      ).toBe("");
    });
  });

  describe("'deliveries-refused'", () => {
    const rule = ruleOf("deliveries-refused");

    it.each(["401", "403", "404"])(
      "fires within ten minutes of the first %s, and closes",
      (status) => {
        const refused = answered(status, every(1, 60, 90, 4));

        expect(
          unexpected(
            rule,
            [...healthyHour, refused],
            [
              ...none(60, 64),
              fires(70, { ...SERVICE, status }),
              fires(90, { ...SERVICE, status }),
              ...none(97),
            ],
          ),
        ).toBe("");
      },
    );

    it("is quiet while the grants of a new worker come into force", () => {
      const refused = answered("403", every(1, 2, 12, 4));

      expect(unexpected(rule, [refused], none(5, 10, 15, 20))).toBe("");
    });

    it("is quiet for one refusal", () => {
      expect(
        unexpected(
          rule,
          [...healthyHour, answered("404", new Map([[40, 1]]))],
          none(41, 44, 46, 50),
        ),
      ).toBe("");
    });
  });

  it.each(["429", "500", "503", "504"])(
    "'worker-silent' fires within ten minutes of %s, and closes",
    (status) => {
      const good = answered("204", both(every(1, 0, 60, 10), every(1, 90, 150, 10)));
      const bad = answered(status, every(1, 60, 90, 10));

      expect(
        unexpected(
          ruleOf("worker-silent"),
          [good, bad],
          [...none(60), fires(70, SERVICE), fires(90, SERVICE), ...none(105)],
        ),
      ).toBe("");
    },
  );

  it("'worker-silent' is quiet for a few, and for a small part", () => {
    const few = answered("503", every(10, 0, 120));
    const small = answered("500", every(1, 0, 120, 10));

    expect(unexpected(ruleOf("worker-silent"), [few], none(60, 120))).toBe("");
    expect(
      unexpected(
        ruleOf("worker-silent"),
        [answered("204", every(1, 0, 120, 90)), small],
        none(60, 120),
      ),
    ).toBe("");
  });

  it("'backlog-grows' fires while more comes than goes, and closes", () => {
    const depths = new Map<number, number>();
    for (let at = 0; at <= 120; at++) depths.set(at, at < 60 ? at * 2000 : (120 - at) * 2000);

    expect(
      unexpected(
        ruleOf("backlog-grows"),
        [ofQueue("depth", "GAUGE", depths)],
        [...none(20), fires(40, QUEUE), fires(60, QUEUE), ...none(80)],
      ),
    ).toBe("");
  });

  describe("'schedule-missed'", () => {
    const rule = ruleOf("schedule-missed");
    const SCHEDULE = { schedule: "daily-digest" };
    // The epoch is a Thursday, and the digest is due at six.
    const MONDAY = 4 * DAY;
    const onDays = (...days: readonly number[]): Map<number, number> =>
      new Map(days.map((day) => [day * DAY + 6 * HOUR + 1, 1]));

    it("is quiet over a weekend, fires an hour after Monday's is missed, and closes with a run", () => {
      const late = new Map([[MONDAY + 9 * HOUR, 1]]);

      expect(
        unexpected(
          rule,
          [runsOf("prod-daily-digest", both(onDays(0, 1), late, onDays(5)))],
          [
            ...none(DAY + 7 * HOUR, 2 * DAY + 6 * HOUR, 3 * DAY, MONDAY, MONDAY + 6 * HOUR + 55),
            fires(MONDAY + 7 * HOUR + 5, SCHEDULE),
            fires(MONDAY + 8 * HOUR + 55, SCHEDULE),
            ...none(MONDAY + 9 * HOUR + 5, MONDAY + DAY, MONDAY + DAY + 8 * HOUR),
          ],
        ),
      ).toBe("");
    });

    it("fires an hour after it is missed on any day, and for most of the time until the next", () => {
      expect(
        unexpected(
          rule,
          [runsOf("prod-daily-digest", onDays(0, 1, 4, 6))],
          [
            ...none(MONDAY + DAY + 6 * HOUR + 55),
            fires(MONDAY + DAY + 7 * HOUR + 10, SCHEDULE),
            fires(MONDAY + 2 * DAY + 4 * HOUR, SCHEDULE),
            ...none(MONDAY + 2 * DAY + 6 * HOUR + 10, MONDAY + 2 * DAY + 8 * HOUR),
          ],
        ),
      ).toBe("");
    });

    it("is quiet where the clocks are an hour ahead, and a run an hour before", () => {
      const summer = [0, 1, 4].map((day): [number, number] => [day * DAY + 5 * HOUR + 1, 1]);
      const minutes = Array.from({ length: 5 * 24 }, (_, hour) => 25 * HOUR + hour * HOUR + 30);

      expect(
        unexpected(
          rule,
          [runsOf("prod-daily-digest", new Map(summer))],
          none(...minutes.filter((minute) => minute < 5 * DAY + 5 * HOUR)),
        ),
      ).toBe("");
    });

    it("knows days of a month, and of some months", () => {
      const schedules = ["0 6 3 * *", "0 6 3 2 *", "0 6 3 1 MON"].map((cron, i) => ({
        ...watchedStack().schedules[0]!,
        key: `s${i}`,
        job: `prod-s${i}`,
        dueDays: { cron: parseCron(cron), firstS: 6 * 3600 },
      }));
      const never = ruleOf("schedule-missed", watchedStack({ schedules }));
      const firing = (minute: number, ...keys: readonly string[]) => ({
        minute,
        labels: keys.map((schedule) => ({ schedule })),
      });

      expect(
        unexpected(
          { ...never, everyS: 3600 },
          [],
          [
            firing(2 * DAY + 6 * HOUR + 50),
            firing(2 * DAY + 7 * HOUR + 10, "s0", "s2"),
            firing(3 * DAY + 8 * HOUR),
            // A Monday.
            firing(4 * DAY + 8 * HOUR, "s2"),
            firing(33 * DAY + 8 * HOUR, "s0", "s1"),
          ],
        ),
      ).toBe("");
    });

    it("gives a new schedule a day and an hour", () => {
      const young = ruleOf("schedule-missed", watchedStack(), () => 6 * HOUR * 60);

      expect(
        unexpected(
          young,
          [],
          [...none(8 * HOUR, DAY, DAY + 6 * HOUR), fires(DAY + 7 * HOUR + 10, SCHEDULE)],
        ),
      ).toBe("");
    });
  });

  it("'instances-used-up' fires after half an hour at the most that there may be, and closes", () => {
    const instances: MinuteValues = {
      metric: { type: "run.googleapis.com/container/instance_count", labels: { state: "active" } },
      resource: RUN,
      kind: "GAUGE",
      values: both(every(1, -1, 30, 3), every(1, 30, 90, 10), every(1, 90, 120, 4)),
    };

    expect(
      unexpected(
        ruleOf("instances-used-up"),
        [instances],
        [...none(30, 55), fires(62, SERVICE), fires(90, SERVICE), ...none(92)],
      ),
    ).toBe("");
  });
});

it("is told where there is no engine to ask", () => {
  if (!hasPromtool)
    console.warn("Skipped: 'promtool' is not on this machine (apt-get install prometheus).");
  expect(expressions.length).toBe(9);
});
